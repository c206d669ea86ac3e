import { passwordVerifier } from "./password-verifier.ts";

export interface RoleSettings {
  name: string;
  password: string;
  login: boolean;
  schemas: readonly string[];
}

/** A name as SQL writes it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL writes it; a backslash means itself, as PostgreSQL has it unless somebody changed that for the session. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** One request runs them all or none. */
export function makeRole(settings: RoleSettings): string {
  const name = identifier(settings.name);
  // Membership lets whoever manages it end its sessions and take over what it owns.
  const made = [`CREATE ROLE ${name} ${attributes(settings)}`, `GRANT ${name} TO CURRENT_USER`];
  return script([...made, ...settings.schemas.flatMap((schema) => access(settings.name, schema))]);
}

/** Sets everything: which of it differs nobody can see of a password. `dropped` are schemas that it had before. */
export function changeRole(settings: RoleSettings, dropped: readonly string[]): string {
  const { name, schemas } = settings;
  const changed = [`ALTER ROLE ${identifier(name)} ${attributes(settings)}`];
  const [less, more] = [dropped.flatMap((s) => noAccess(name, s)), schemas.flatMap((s) => access(name, s))];
  return script([...changed, ...less, ...more]);
}

/** What it owns stays, as its manager's. */
export function dropRole(name: string): string {
  const role = identifier(name);
  return script([`REASSIGN OWNED BY ${role} TO CURRENT_USER`, `DROP OWNED BY ${role}`, `DROP ROLE ${role}`]);
}

export function closeRole(name: string): string {
  return `ALTER ROLE ${identifier(name)} NOLOGIN`;
}

function attributes({ login, password }: RoleSettings): string {
  return `${login ? "LOGIN" : "NOLOGIN"} PASSWORD ${literal(passwordVerifier(password))}`;
}

const RIGHTS = {
  TABLES: "SELECT, INSERT, UPDATE, DELETE",
  SEQUENCES: "USAGE, SELECT, UPDATE",
  ROUTINES: "EXECUTE",
};

/** Rows of all tables that are there, and of all that a later migration makes: those of the role that runs this. */
function access(role: string, schema: string): string[] {
  const [to, place] = [identifier(role), identifier(schema)];
  return [
    `GRANT USAGE ON SCHEMA ${place} TO ${to}`,
    ...Object.entries(RIGHTS).flatMap(([kind, rights]) => [
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${place} GRANT ${rights} ON ${kind} TO ${to}`,
      `GRANT ${rights} ON ALL ${kind} IN SCHEMA ${place} TO ${to}`,
    ]),
  ];
}

function noAccess(role: string, schema: string): string[] {
  const [from, place] = [identifier(role), identifier(schema)];
  return [
    ...Object.keys(RIGHTS).flatMap((kind) => [
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${place} REVOKE ALL ON ${kind} FROM ${from}`,
      `REVOKE ALL ON ALL ${kind} IN SCHEMA ${place} FROM ${from}`,
    ]),
    `REVOKE USAGE ON SCHEMA ${place} FROM ${from}`,
  ];
}

function script(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};`).join("\n");
}
