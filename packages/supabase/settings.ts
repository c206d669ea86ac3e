import type { Call } from "@mais/provider-kit";
import { defineResource, orAbsent, Refused, waitFor } from "@mais/provider-kit";
import { z } from "zod";
import type { Supabase } from "./client.ts";
import { timeouts } from "./duration.ts";
import { checkNetwork } from "./network-rules.ts";
import { waitLimit, whenReady } from "./readiness.ts";
import { BLOCK_NAMES, BLOCKS, type BlockName, servicesOf } from "./settings-blocks.ts";
import { changedKeys, describeAll, describeLive, isPartOf, parseObject } from "./settings-text.ts";

const jsonObject = z.string().refine((text) => parseObject(text) !== undefined, {
  error: "must be the JSON text of an object: JSON.stringify({ … })",
});

const inputs = {
  /** The project's 20 letters: the id of a Project. */
  projectRef: z.string().regex(/^[a-z]{20}$/, "must be a project ref: 20 lowercase letters"),
  /** Postgres configuration, such as `{"statement_timeout":"60s"}`. */
  database: jsonObject.optional(),
  /** The shared pooler: `{"default_pool_size":20}`. */
  pooler: jsonObject.optional(),
  /** Who may connect to the database: `{"restrictions":["203.0.113.0/24","::/0"]}`. */
  network: jsonObject.optional(),
  /** Limits and features of Storage: `{"fileSizeLimit":52428800}`. */
  storage: jsonObject.optional(),
  /** Auth, by the Management API's field names: `{"site_url":"https://example.com"}`. May hold secrets, so it is one. */
  auth: jsonObject.optional(),
  /** The Data API (PostgREST): `{"db_schema":"public,graphql_public","max_rows":500}`. An empty schema turns it off. */
  api: jsonObject.optional(),
  /** Refuses database connections without TLS. The database restarts when it changes. */
  sslEnforcement: z.boolean().optional(),
  timeouts,
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;

/**
 * Settings of a project, in blocks of JSON. Only the keys that the program wrote are set and compared; removing a key,
 * a block or the whole resource leaves Supabase's value as it is.
 */
export const Settings = defineResource("supabase:index/settings:Settings", {
  inputs,
  outputs: {},
  secrets: ["auth"],
  replaceOn: ["projectRef"],
  writeOnly: ["timeouts"],
  equal: Object.fromEntries(BLOCK_NAMES.map((name) => [name, isPartOf])),
  check: ({ network }) => checkNetwork(network),
  create: (api: Supabase, wanted, call) => apply(api, wanted, { ...call, olds: {}, timeout: wanted.timeouts?.create }),
  read: (api, id, call) => orAbsent(readSettings(api, id, { ...call, wanted: call.inputs })),
  update: (api, _id, wanted, call) => apply(api, wanted, { ...call, timeout: wanted.timeouts?.update }),
  delete: async () => {},
});
export type Settings = InstanceType<typeof Settings>;

interface Applying extends Call {
  olds: Partial<Inputs>;
  timeout: string | undefined;
}

async function apply(api: Supabase, wanted: Inputs, call: Applying) {
  const { projectRef: ref, sslEnforcement } = wanted;
  const limitMs = waitLimit(call.timeout, call);
  await whenReady(api, ref, { ...call, limitMs, services: servicesOf(wanted) });
  for (const name of BLOCK_NAMES) await applyBlock(api, name, { wanted, call });
  if (sslEnforcement !== undefined && sslEnforcement !== call.olds.sslEnforcement)
    await applySsl(api, ref, { enforced: sslEnforcement, call: { ...call, limitMs } });
  const live = await readSettings(api, ref, { signal: call.signal, wanted });
  return { id: ref, ...live };
}

async function applyBlock(api: Supabase, name: BlockName, { wanted, call }: { wanted: Inputs; call: Applying }) {
  const values = parseObject(wanted[name] ?? "{}") ?? {};
  const change = changedKeys(values, parseObject(call.olds[name] ?? "{}") ?? {});
  if (Object.keys(change).length === 0) return;
  call.progress(
    `Supabase project ${wanted.projectRef}: setting ${Object.keys(change)
      .map((key) => `${name}.${key}`)
      .join(", ")}`,
  );
  const { signal } = call;
  const block = BLOCKS[name];
  const answered = await block.change(api, wanted.projectRef, { values: change, signal });
  const ignored = Object.keys(change).filter((key) => !(key in answered) && !block.requestOnly?.includes(key));
  if (ignored.length > 0)
    throw new Refused(
      `Supabase knows no setting ${ignored.map((key) => `${name}.${key}`).join(", ")}: correct or remove it`,
    );
}

interface Enforcing {
  enforced: boolean;
  call: Call & { limitMs: number };
}

/** The change is asynchronous: the database restarts, then the answer says that it holds. */
async function applySsl(api: Supabase, ref: string, { enforced, call }: Enforcing): Promise<void> {
  const what = `SSL enforcement of Supabase project ${ref}`;
  const before = await api.config.ssl(ref, call.signal);
  if (!before) return refuseSsl(what, enforced);
  if (before.applied && before.enforced === enforced) return;
  if (!(await api.config.changeSsl(ref, enforced, call.signal))) return refuseSsl(what, enforced);
  await waitFor(
    what,
    async () => {
      const ssl = await api.config.ssl(ref, call.signal);
      if (ssl?.applied && ssl.enforced === enforced) return true;
      call.progress(`${what}: being applied`);
      return undefined;
    },
    { signal: call.signal, limitMs: call.limitMs, ...api.pace },
  );
}

/** Not enforcing it is what a project without the feature does anyway. */
function refuseSsl(what: string, enforced: boolean): void {
  if (!enforced) return;
  throw new Refused(`${what}: the organization's plan has none. Set sslEnforcement false, or upgrade the organization`);
}

interface Reading {
  signal: AbortSignal;
  /** Undefined on import, which reads everything. */
  wanted: Partial<Inputs> | undefined;
}

async function readSettings(api: Supabase, ref: string, { signal, wanted }: Reading) {
  const names = BLOCK_NAMES.filter((name) => wanted === undefined || wanted[name] !== undefined);
  const blocks = names.map(async (name) => {
    const live = await BLOCKS[name].read(api, ref, signal);
    const written = wanted?.[name];
    return [name, written === undefined ? describeAll(live) : describeLive(written, live)] as const;
  });
  const asksSsl = wanted === undefined || wanted.sslEnforcement !== undefined;
  // All awaited together: a failure that nobody awaits would end the whole process.
  const [ssl, ...entries] = await Promise.all([asksSsl ? api.config.ssl(ref, signal) : undefined, ...blocks]);
  const texts: Partial<Record<BlockName, string>> = Object.fromEntries(entries);
  return { projectRef: ref, ...texts, ...(ssl ? { sslEnforcement: ssl.enforced } : {}) };
}
