import type { Http } from "@mais/provider-kit";
import { ApiError } from "@mais/provider-kit";
import { z } from "zod";
import { changeRole, closeRole, dropRole, identifier, makeRole, type RoleSettings } from "./role-statements.ts";

export interface LiveRole {
  name: string;
  login: boolean;
  /** The schemas that it was let into. */
  schemas: string[];
}

const Rows = z.array(z.record(z.string(), z.unknown()));

const ROLE = "SELECT rolname, rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = $1";
const SCHEMAS = `SELECT nspname FROM pg_catalog.pg_namespace WHERE EXISTS
  (SELECT FROM aclexplode(nspacl) WHERE grantee = $1::regrole AND privilege_type = 'USAGE')`;
const SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = $1";
const GUARDED_TABLES = `SELECT relname FROM pg_catalog.pg_class WHERE relrowsecurity AND relnamespace IN
  (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY($1))`;
/** Where Supabase puts extensions' functions; those of a role that may not look into it are not found. */
const EXTENSIONS = "extensions";

/** Roles of a project's database, by the API's way to run a statement as `postgres`. */
export class RolesApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async find(ref: string, name: string, signal: AbortSignal): Promise<LiveRole | undefined> {
    const [role] = await this.#ask(ref, { text: ROLE, parameters: [name], signal });
    if (!role) return undefined;
    const found = await this.#ask(ref, { text: SCHEMAS, parameters: [identifier(name)], signal });
    const schemas = found.map(({ nspname }) => String(nspname)).filter((schema) => schema !== EXTENSIONS);
    return { name, login: role.rolcanlogin === true, schemas: schemas.sort() };
  }

  /** The second request is for extensions alone: whether `postgres` may let others in is the project's own affair. */
  async create(ref: string, settings: RoleSettings, signal: AbortSignal): Promise<{ extensions: boolean }> {
    await this.#run(ref, { text: makeRole(settings), repeatable: false, signal });
    const text = `GRANT USAGE ON SCHEMA ${EXTENSIONS} TO ${identifier(settings.name)}`;
    try {
      await this.#run(ref, { text, repeatable: true, signal });
      return { extensions: true };
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) return { extensions: false };
      throw error;
    }
  }

  /** A role that may not log in any more is logged out as well, after nobody can come in. */
  async change(ref: string, settings: RoleSettings, { dropped, signal }: { dropped: string[]; signal: AbortSignal }) {
    await this.#run(ref, { text: changeRole(settings, dropped), repeatable: true, signal });
    if (!settings.login) await this.#logOut(ref, settings.name, signal);
  }

  async delete(ref: string, name: string, signal: AbortSignal): Promise<void> {
    const [role] = await this.#ask(ref, { text: ROLE, parameters: [name], signal });
    if (!role) return;
    await this.#run(ref, { text: closeRole(name), repeatable: true, signal });
    await this.#logOut(ref, name, signal);
    await this.#run(ref, { text: dropRole(name), repeatable: false, signal });
  }

  /** Tables whose row-level security holds for everybody but `postgres`. */
  async guardedTables(ref: string, schemas: readonly string[], signal: AbortSignal): Promise<string[]> {
    const found = await this.#ask(ref, { text: GUARDED_TABLES, parameters: [schemas], signal });
    return found.map(({ relname }) => String(relname));
  }

  async #logOut(ref: string, name: string, signal: AbortSignal): Promise<void> {
    await this.#ask(ref, { text: SESSIONS, parameters: [name], signal });
  }

  async #ask(ref: string, { text, parameters, signal }: Question) {
    const json = { query: text, parameters };
    return await this.#http.post(at(ref), { json, answer: Rows, signal, repeatable: true });
  }

  /** An error of the database may repeat what it could not read: the password's verifier is taken out. */
  async #run(ref: string, { text, repeatable, signal }: { text: string; repeatable: boolean; signal: AbortSignal }) {
    try {
      await this.#http.post(at(ref), { json: { query: text }, answer: z.unknown(), signal, repeatable });
    } catch (error) {
      if (error instanceof Error) error.message = error.message.replace(/SCRAM-SHA-256\$[\w+/=:$]*/g, "[password]");
      throw error;
    }
  }
}

interface Question {
  text: string;
  parameters: unknown[];
  signal: AbortSignal;
}

function at(ref: string): string {
  return `/v1/projects/${encodeURIComponent(ref)}/database/query`;
}
