import type { Call, CreateCall, Found, UpdateCall } from "@mais/provider-kit";
import { defineResource, orAbsent, PartialFailure, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { Supabase } from "./client.ts";

/** Roles that a project comes with, and PostgreSQL's own. */
const TAKEN = /^(postgres|anon|authenticated|authenticator|service_role|dashboard_user|pgbouncer|pg_.*|supabase_.*)$/;

const inputs = {
  /** The project's 20 letters: the id of a Project. */
  projectRef: z.string().regex(/^[a-z]{20}$/, "must be a project ref: 20 lowercase letters"),
  /** On the pooler the user is `<name>.<projectRef>`. */
  name: z
    .string()
    .max(63)
    .regex(/^[a-z_][a-z0-9_]*$/, "must be lower-case letters, digits and underscores, beginning with no digit")
    .refine((name) => !TAKEN.test(name), "is a role that the project comes with"),
  /** Sent as the verifier that the database keeps, never as it is. Supabase never returns it. */
  password: z
    .string()
    .min(16)
    .regex(/^[\x21-\x7e]+$/, "must be printable ASCII characters without spaces"),
  /** Off, nobody logs in with it, and whoever is logged in is logged out. */
  login: z.boolean().default(true),
  /**
   * Where it may read and write the rows of all tables, those of later migrations among them as far as `postgres` runs
   * these. It may make and change no table.
   */
  schemas: z
    .array(z.string().regex(/^[^\0]{1,63}$/, "must be a schema's name"))
    .min(1)
    .default(["public"]),
};
const outputs = {};

type Inputs = z.output<z.ZodObject<typeof inputs>>;

/** A user of a project's database with rights to data alone, for an application that should not be `postgres`. */
export const DatabaseRole = defineResource("supabase:index/databaseRole:DatabaseRole", {
  inputs,
  outputs,
  secrets: ["password"],
  replaceOn: ["projectRef", "name"],
  writeOnly: ["password"],
  unordered: ["schemas"],
  createBeforeDelete: true,
  find,
  create,
  async read(api: Supabase, id, { signal }) {
    const { projectRef, name } = address(id);
    const live = await orAbsent(api.roles.find(projectRef, name, signal));
    return live && { id: `${projectRef}/${name}`, projectRef, ...live };
  },
  update,
  async delete(api, id, { signal }) {
    const { projectRef, name } = address(id);
    await orAbsent(api.roles.delete(projectRef, name, signal));
  },
});
export type DatabaseRole = InstanceType<typeof DatabaseRole>;

async function find(api: Supabase, { projectRef, name }: Inputs, { signal }: Call): Promise<Found[]> {
  const live = await api.roles.find(projectRef, name, signal);
  return live ? [{ id: `${projectRef}/${name}`, label: `database role ${name}` }] : [];
}

async function create(api: Supabase, wanted: Inputs, call: CreateCall) {
  const { projectRef, name } = wanted;
  const id = `${projectRef}/${name}`;
  const { extensions } = await api.roles.create(projectRef, wanted, call.signal);
  if (!extensions) call.note(`${name} may not look into the schema "extensions": its functions need their full names`);
  try {
    await warnOfGuards(api, wanted, call);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(id, describe(wanted), [`${reason}. Run the same command again`], { cause: error });
  }
  return { id, ...describe(wanted) };
}

async function update(api: Supabase, id: string, wanted: Inputs, call: UpdateCall<typeof inputs, typeof outputs>) {
  const { projectRef } = address(id);
  const dropped = (call.olds.schemas ?? []).filter((schema) => !wanted.schemas.includes(schema));
  await api.roles.change(projectRef, wanted, { dropped, signal: call.signal });
  if (call.changed.has("schemas")) await warnOfGuards(api, wanted, call);
  return describe(wanted);
}

/** `postgres` saw all rows, and this role sees those that a policy shows it: without a policy, none. */
async function warnOfGuards(api: Supabase, { projectRef, name, schemas }: Inputs, { signal, warn }: Call) {
  const tables = await api.roles.guardedTables(projectRef, schemas, signal);
  if (tables.length === 0) return;
  const some = tables.slice(0, 5).join(", ") + (tables.length > 5 ? ` and ${tables.length - 5} more` : "");
  warn(`Row-level security holds for ${name} on ${some}: without a policy for it, it sees no row there`);
}

function describe({ projectRef, name, login, schemas }: Inputs) {
  return { projectRef, name, login, schemas };
}

function address(id: string): { projectRef: string; name: string } {
  const [, projectRef, name] = /^([a-z]{20})\/(.+)$/.exec(id) ?? [];
  if (!projectRef || !name) throw new Refused(`"${id}" names no database role: write it as <project ref>/<role>`);
  return { projectRef, name };
}
