import type { Row, Statement } from "../data-servers.ts";
import type { Call } from "../emulator.ts";
import { refuse } from "./refusals.ts";
import { databaseRoles, type StoredRole } from "./state.ts";

/**
 * What statements about roles come to in a sandbox without a database. Only these are understood, in this form; there are
 * no tables, and nobody is logged in. Undefined for every other statement.
 */
export function modelStatement({ store }: Call, ref: string, { text, parameters }: Statement): Row[] | undefined {
  const kept = databaseRoles(store);
  const roles = structuredClone(kept.get(ref) ?? {});
  const statements = split(text);
  let rows: Row[] = [];
  for (const statement of statements) {
    const answer = run(roles, statement, parameters ?? []);
    if (answer === undefined) return undefined;
    rows = answer;
  }
  // All or nothing, as one message to the server is.
  kept.set(ref, roles);
  return rows;
}

type Roles = Record<string, StoredRole>;
type Groups = Record<string, string>;

const NAME = (group: string) => `"?(?<${group}>\\w+)"?`;
const ROLE = NAME("role");
const SCHEMA = NAME("schema");
const ATTRIBUTES = "(?<attributes>(?: (?:LOGIN|NOLOGIN|PASSWORD '[^']*'))*)";
const KINDS = "(?:TABLES|SEQUENCES|ROUTINES)";

const FORMS: readonly (readonly [RegExp, (roles: Roles, groups: Groups, parameters: readonly unknown[]) => Row[]])[] = [
  form("SELECT rolname, rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = \\$1", (roles, _groups, [name]) => {
    const role = roles[String(name)];
    return role ? [{ rolname: String(name), rolcanlogin: role.login }] : [];
  }),
  form(
    "SELECT nspname FROM pg_catalog.pg_namespace WHERE EXISTS \\(SELECT FROM aclexplode\\(nspacl\\) WHERE grantee = \\$1::regrole AND privilege_type = 'USAGE'\\)",
    (roles, _groups, [name]) => known(roles, String(name).replaceAll('"', "")).schemas.map((nspname) => ({ nspname })),
  ),
  form("SELECT pg_terminate_backend\\(pid\\) FROM pg_catalog.pg_stat_activity WHERE usename = \\$1", () => []),
  form("SELECT relname FROM pg_catalog.pg_class WHERE .*", () => []),
  form(`CREATE ROLE ${ROLE}${ATTRIBUTES}`, (roles, { role = "", attributes = "" }) => {
    if (roles[role] || BUILT_IN.includes(role)) throw failed("42710", `role "${role}" already exists`);
    roles[role] = { login: false, password: null, schemas: [], ...read(attributes) };
    return [];
  }),
  form(`ALTER ROLE ${ROLE}${ATTRIBUTES}`, (roles, { role = "", attributes = "" }) => {
    Object.assign(known(roles, role), read(attributes));
    return [];
  }),
  form(`GRANT USAGE ON SCHEMA ${SCHEMA} TO ${ROLE}`, (roles, { schema = "", role = "" }) => {
    const { schemas } = known(roles, role);
    if (!schemas.includes(schema)) schemas.push(schema);
    return [];
  }),
  form(`REVOKE USAGE ON SCHEMA ${SCHEMA} FROM ${ROLE}`, (roles, { schema = "", role = "" }) => {
    const found = known(roles, role);
    found.schemas = found.schemas.filter((each) => each !== schema);
    return [];
  }),
  form(`DROP ROLE ${ROLE}`, (roles, { role = "" }) => {
    known(roles, role);
    delete roles[role];
    return [];
  }),
  // Without tables these change nothing that anybody could see.
  ...[
    `(?:GRANT|REVOKE) [\\w, ]+ ON ALL ${KINDS} IN SCHEMA ${SCHEMA} (?:TO|FROM) ${ROLE}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${SCHEMA} (?:GRANT|REVOKE) [\\w, ]+ ON ${KINDS} (?:TO|FROM) ${ROLE}`,
    `GRANT ${ROLE} TO CURRENT_USER`,
    `REASSIGN OWNED BY ${ROLE} TO CURRENT_USER`,
    `DROP OWNED BY ${ROLE}`,
  ].map((pattern) =>
    form(pattern, (roles, { role = "" }) => {
      known(roles, role);
      return [];
    }),
  ),
];

/** Those that every project comes with. */
const BUILT_IN = ["postgres", "anon", "authenticated", "service_role", "authenticator"];

function form(pattern: string, apply: (typeof FORMS)[number][1]): (typeof FORMS)[number] {
  return [new RegExp(`^${pattern}$`, "i"), apply];
}

function run(roles: Roles, statement: string, parameters: readonly unknown[]): Row[] | undefined {
  for (const [pattern, apply] of FORMS) {
    const match = pattern.exec(statement);
    if (match) return apply(roles, { ...match.groups }, parameters);
  }
  return undefined;
}

/** Statements without their ends, each on one line. A semicolon in a text would be taken for an end. */
function split(text: string): string[] {
  const statements = text.split(";").map((statement) => statement.replace(/\s+/g, " ").trim());
  return statements.filter((statement) => statement !== "");
}

function read(attributes: string): Partial<StoredRole> {
  const password = /PASSWORD '([^']*)'/i.exec(attributes)?.[1];
  const login = /\b(NO)?LOGIN\b/i.exec(attributes);
  return { ...(password === undefined ? {} : { password }), ...(login ? { login: login[1] === undefined } : {}) };
}

function known(roles: Roles, name: string): StoredRole {
  const role = roles[name];
  if (!role) throw failed("42704", `role "${name}" does not exist`);
  return role;
}

/** As the real database's refusals are answered. */
function failed(code: string, message: string) {
  return refuse(400, `Failed to run sql query: ERROR: ${code}: ${message}`);
}
