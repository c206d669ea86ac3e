import type { Call, Found } from "@mais/provider-kit";
import { defineResource, orAbsent, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { KeySettings, KeyType, LiveKey } from "./api-keys-api.ts";
import type { Supabase } from "./client.ts";

/** How a later generation is written at the end of the name, `api_server_g2`: Supabase keeps names unique. */
const GENERATION = /_g([2-9]|[1-9]\d+)$/;

const inputs = {
  /** The project's 20 letters: the id of a Project. */
  projectRef: z.string().regex(/^[a-z]{20}$/, "must be a project ref: 20 lowercase letters"),
  /** Unique among the project's keys of this type. `default` is taken: each project comes with such keys. */
  name: z
    .string()
    .min(4)
    .max(56)
    .regex(/^[a-z_][a-z0-9_]+$/, "must be lower-case letters, digits and underscores, beginning with no digit")
    .refine((text) => !GENERATION.test(text), "must not end like a generation (_g2): say it in generation"),
  /** What the dashboard says of it. */
  description: z.string().min(1).optional(),
  /** `secret` has full access and belongs on servers; `publishable` may be shipped to browsers. */
  type: z.enum(["secret", "publishable"]).default("secret"),
  /**
   * Raise it to rotate: a new key is made beside the old one, and the old one is deleted at the end of the run, when
   * everything in the program has the new one.
   */
  generation: z.number().int().min(1).default(1),
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;

/** An API key of a project: `sb_secret_…` or `sb_publishable_…`. Legacy keys (JWTs) are switched on the Project. */
export const Apikey = defineResource("supabase:index/apikey:Apikey", {
  inputs,
  outputs: {
    /** The key itself. Valid in the `apikey` header alone: it is no JWT, and refused as a bearer token. */
    apiKey: z.string(),
    /** Which Postgres role a secret key acts as. */
    secretJwtTemplate: z.object({ role: z.string().optional() }).optional(),
  },
  secrets: ["apiKey"],
  replaceOn: ["projectRef", "type", "generation"],
  createBeforeDelete: true,
  find,
  async create(api: Supabase, wanted, { signal }) {
    const { projectRef, type } = wanted;
    const made = await api.apiKeys.create(projectRef, type, { settings: settingsOf(wanted), signal });
    return describe(projectRef, made, wanted.generation);
  },
  read: (api, id, { inputs: known, signal }) => readKey(api, id, { generation: known?.generation, signal }),
  async update(api, id, wanted, { signal }) {
    const { projectRef, key } = address(id);
    const live = await api.apiKeys.change(projectRef, key, { settings: settingsOf(wanted), signal });
    return describe(projectRef, live, wanted.generation);
  },
  async delete(api, id, { signal }) {
    const { projectRef, key } = address(id);
    await api.apiKeys.delete(projectRef, key, signal);
    api.forgetStorage(projectRef);
  },
});
export type Apikey = InstanceType<typeof Apikey>;

async function find(api: Supabase, wanted: Inputs, { signal }: Call): Promise<Found[]> {
  const { projectRef, type } = wanted;
  const { name } = settingsOf(wanted);
  const found = (await api.apiKeys.list(projectRef, signal)).filter((key) => key.type === type && key.name === name);
  return found.map(({ id, createdAt }) => ({
    ...{ id: `${projectRef}/${id}`, label: `Supabase ${type} key ${name}` },
    ...(createdAt === undefined ? {} : { createdAt }),
  }));
}

interface Reading {
  generation: number | undefined;
  signal: AbortSignal;
}

async function readKey(api: Supabase, id: string, { generation, signal }: Reading) {
  const { projectRef, key, named } = address(id);
  const found = named
    ? await orAbsent(findNamed(api, projectRef, { named, signal }))
    : await api.apiKeys.get(projectRef, key, signal);
  return found && describe(projectRef, found, generation);
}

async function findNamed(api: Supabase, ref: string, { named, signal }: { named: Named; signal: AbortSignal }) {
  const keys = await api.apiKeys.list(ref, signal);
  return keys.find(({ type, name }) => type === named.type && name === named.name);
}

function settingsOf({ name, description, generation }: Inputs): KeySettings {
  return { name: name + endingOf(generation), description: description ?? null };
}

/** `known` is the generation in state; without one (import) the name tells it. */
function describe(projectRef: string, live: LiveKey | undefined, known?: number) {
  if (!live?.apiKey)
    throw new Refused(
      `Supabase shows no value for an API key of project ${projectRef}. ` +
        "The account behind SUPABASE_ACCESS_TOKEN must be allowed to reveal keys",
    );
  const { id, type, apiKey, description, role } = live;
  const generation = known ?? Number(GENERATION.exec(live.name)?.[1] ?? 1);
  const ending = endingOf(generation);
  // Renamed by somebody else it may end otherwise, and is still the same key of the same generation.
  const name = live.name.endsWith(ending) ? live.name.slice(0, live.name.length - ending.length) : live.name;
  return {
    ...{ id: `${projectRef}/${id}`, projectRef, name, type, generation, description, apiKey },
    ...(role === undefined ? {} : { secretJwtTemplate: { role } }),
  };
}

function endingOf(generation: number): string {
  return generation > 1 ? `_g${generation}` : "";
}

interface Named {
  type: KeyType;
  name: string;
}

const BY_ID = /^([a-z]{20})\/([0-9a-f-]{36})$/;
/** For people: the dashboard shows no ids. */
const BY_NAME = /^([a-z]{20})\/(secret|publishable)\/([a-z_][a-z0-9_]+)$/;

function address(id: string): { projectRef: string; key: string; named?: Named } {
  const [, ref, key] = BY_ID.exec(id) ?? [];
  if (ref && key) return { projectRef: ref, key };
  const [, projectRef, type, name] = BY_NAME.exec(id) ?? [];
  if (!projectRef || !name)
    throw new Refused(`"${id}" names no API key: write it as <project ref>/secret/<name> or <project ref>/<id>`);
  // The pattern lets only these two through.
  return { projectRef, key: "", named: { type: type as KeyType, name } };
}
