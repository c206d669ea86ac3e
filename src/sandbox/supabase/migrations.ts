import { z } from "zod";
import type { Row } from "../data-servers.ts";
import { type Call, defineRoute, type Reply } from "../emulator.ts";
import { readBody, readQuery } from "./body.ts";
import { runStatement } from "./real-database.ts";
import { refuse } from "./refusals.ts";
import { activeProjectOf } from "./state.ts";

/** Where the vendor's own CLI keeps them too. */
const TABLE = "supabase_migrations.schema_migrations";

/** One statement with the others makes them hold or fail together. */
const PREPARE = `
CREATE SCHEMA IF NOT EXISTS supabase_migrations;
CREATE TABLE IF NOT EXISTS ${TABLE} (
  version text PRIMARY KEY, statements text[], name text, created_by text, idempotency_key text UNIQUE, rollback text[]
);`;

const Migration = z.object({ query: z.string().min(1), name: z.string().optional(), rollback: z.string().optional() });
const Change = z.object({ name: z.string().optional(), rollback: z.string().optional() });

const listPath = "/v1/projects/{ref}/database/migrations" as const;
const onePath = `${listPath}/{version}` as const;

export const migrationRoutes = [
  defineRoute(`GET ${listPath}`, { evidence: "contract", handle: list }),
  defineRoute(`POST ${listPath}`, { evidence: "contract", handle: (call) => write(call, "apply") }),
  defineRoute(`PUT ${listPath}`, { evidence: "contract", handle: (call) => write(call, "record") }),
  defineRoute(`DELETE ${listPath}`, {
    // The contract has the call; that it forgets the versions without running their rollback is inferred.
    evidence: "inferred",
    async handle(call) {
      const gte = readQuery(call, "gte", z.string().regex(/^\d+$/));
      await inTable(call, `DELETE FROM ${TABLE} WHERE version::numeric >= $1::numeric`, [gte]);
      return { status: 200 };
    },
  }),
  defineRoute(`GET ${onePath}`, {
    evidence: "contract",
    async handle(call) {
      const [found] = await inTable(call, `SELECT * FROM ${TABLE} WHERE version = $1`, [versionOf(call)]);
      if (!found) throw refuse(404, "Migration not found");
      return { status: 200, json: withoutNulls(found) };
    },
  }),
  defineRoute(`PATCH ${onePath}`, {
    evidence: "contract",
    async handle(call) {
      const { name, rollback } = readBody(call, Change);
      const change = `UPDATE ${TABLE} SET name = coalesce($2, name), rollback = coalesce($3, rollback)
        WHERE version = $1 RETURNING version`;
      const values = [versionOf(call), name ?? null, rollback === undefined ? null : [rollback]];
      const [found] = await inTable(call, change, values);
      if (!found) throw refuse(404, "Migration not found");
      return { status: 200 };
    },
  }),
];

function versionOf({ params: { version = "" } }: Call): string {
  if (!/^\d+$/.test(version)) throw refuse(400, "version: must be digits");
  return version;
}

async function list(call: Call): Promise<Reply> {
  const rows = await inTable(call, `SELECT version, name FROM ${TABLE} ORDER BY version`, []);
  return { status: 200, json: rows.map(withoutNulls) };
}

/** A repeated idempotency key finds what it made and changes nothing; that the key is kept for good is inferred. */
async function write(call: Call, how: "apply" | "record"): Promise<Reply> {
  const { ref } = activeProjectOf(call);
  const { query, name = "", rollback } = readBody(call, Migration);
  const key = String(call.headers["idempotency-key"] ?? "") || null;
  const [known] = key ? await inTable(call, `SELECT version FROM ${TABLE} WHERE idempotency_key = $1`, [key]) : [];
  if (known) return { status: 200 };
  const rows = await inTable(call, `SELECT max(version) AS last FROM ${TABLE} WHERE version ~ '^[0-9]{14}$'`, []);
  const version = nextVersion(call.now, rows[0]?.last);
  const record = [
    ...[`INSERT INTO ${TABLE} (version, statements, name, created_by, idempotency_key, rollback) VALUES (`],
    ...[quoted(version), `ARRAY[${quoted(query)}]`, quoted(name), quoted("sandbox@mais.invalid")].map((v) => `${v}, `),
    `${key === null ? "NULL" : quoted(key)}, ${rollback === undefined ? "NULL" : `ARRAY[${quoted(rollback)}]`});`,
  ].join("");
  // Without BEGIN the server runs them as one transaction, unless the migration has one of its own.
  await runStatement(call, ref, { text: how === "apply" ? `${query}\n;${record}` : record });
  return { status: 200 };
}

/** The time to the second, as the CLI numbers them, but never one that is taken. */
function nextVersion(now: Date, last: unknown): string {
  const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  return typeof last === "string" && last >= stamp ? String(BigInt(last) + 1n) : stamp;
}

async function inTable(call: Call, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  const { ref } = activeProjectOf(call);
  await runStatement(call, ref, { text: PREPARE });
  return await runStatement(call, ref, { text, parameters });
}

function withoutNulls(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
