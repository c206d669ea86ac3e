import type { Call, InputProblem } from "@mais/provider-kit";
import { defineResource, orAbsent, Refused, waitFor } from "@mais/provider-kit";
import { z } from "zod";
import type { Supabase } from "./client.ts";
import { milliseconds, timeouts } from "./duration.ts";
import { DEFAULT_LIMIT_MS, whenReady } from "./readiness.ts";
import { changedKeys, describeAll, describeLive, parseObject, type Values } from "./settings-text.ts";

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
type BlockName = "database" | "pooler" | "network" | "api" | "auth" | "storage";

interface Block {
  read(api: Supabase, ref: string, signal: AbortSignal): Promise<Values>;
  change(api: Supabase, ref: string, change: { values: Values; signal: AbortSignal }): Promise<Values>;
  /** Keys that steer the call and are never answered. */
  requestOnly?: readonly string[];
}

/** In the order in which they are applied. */
const BLOCKS: Record<BlockName, Block> = {
  database: {
    read: ({ config }, ref, signal) => config.postgres(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changePostgres(ref, values, signal),
    requestOnly: ["restart_database"],
  },
  pooler: {
    read: ({ config }, ref, signal) => config.pooler(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changePooler(ref, values, signal),
  },
  network: {
    read: async ({ config }, ref, signal) => ({ restrictions: await config.network(ref, signal) }),
    change: async ({ config }, ref, { values, signal }) => ({
      restrictions: await config.changeNetwork(ref, Restrictions.parse(values).restrictions, signal),
    }),
  },
  api: {
    read: ({ config }, ref, signal) => config.dataApi(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changeDataApi(ref, values, signal),
  },
  auth: {
    read: ({ config }, ref, signal) => config.auth(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changeAuth(ref, values, signal),
  },
  storage: {
    read: ({ config }, ref, signal) => config.storage(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changeStorage(ref, values, signal),
  },
};
const BLOCK_NAMES = Object.keys(BLOCKS) as BlockName[];

const Restrictions = z.strictObject({ restrictions: z.array(z.union([z.cidrv4(), z.cidrv6()])) });

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
  check,
  create: (api: Supabase, wanted, call) => apply(api, wanted, { ...call, olds: {}, timeout: wanted.timeouts?.create }),
  read: (api, id, call) => orAbsent(readSettings(api, id, { ...call, wanted: call.inputs })),
  update: (api, _id, wanted, call) => apply(api, wanted, { ...call, timeout: wanted.timeouts?.update }),
  delete: async () => {},
});
export type Settings = InstanceType<typeof Settings>;

/** The database is reached over the internet, where these mean nothing; Supabase refuses them. */
const PRIVATE = /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:|fe80:)/i;

function check({ network }: Inputs): InputProblem[] {
  if (network === undefined) return [];
  const parsed = Restrictions.safeParse(parseObject(network));
  const property = "network";
  if (!parsed.success)
    return [{ property, reason: 'must be {"restrictions": [ … ]} with addresses such as "203.0.113.0/24" or "::/0"' }];
  const hidden = parsed.data.restrictions.filter((cidr) => PRIVATE.test(cidr));
  if (hidden.length === 0) return [];
  return [
    { property, reason: `holds private addresses (${hidden.join(", ")}), which never reach Supabase: use public ones` },
  ];
}

interface Applying extends Call {
  olds: Partial<Inputs>;
  timeout: string | undefined;
}

async function apply(api: Supabase, wanted: Inputs, call: Applying) {
  const { projectRef: ref, sslEnforcement } = wanted;
  const limitMs = call.timeout ? milliseconds(call.timeout) : DEFAULT_LIMIT_MS;
  await whenReady(api, ref, { ...call, limitMs });
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

/** The change is asynchronous: the database restarts, then the answer says that it holds. */
async function applySsl(
  api: Supabase,
  ref: string,
  { enforced, call }: { enforced: boolean; call: Call & { limitMs: number } },
) {
  await api.config.changeSsl(ref, enforced, call.signal);
  const what = `SSL enforcement of Supabase project ${ref}`;
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
