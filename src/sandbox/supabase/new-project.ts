import { createHmac } from "node:crypto";
import type { Ids } from "../world.ts";
import type { ApiKey, Branch, Project } from "./state.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

interface Beginning {
  organizationSlug: string;
  name: string;
  region: string;
  databasePassword: string;
  computeAddon: string | undefined;
  readyAfterMs: number;
  now: Date;
}

/** A project as it is the moment after `POST /v1/projects`. Setting values are those of new projects, as far as known. */
export function newProject(begin: Beginning, ids: Ids): Project {
  const { now } = begin;
  const ref = ids.text(20, LETTERS);
  const jwtSecret = ids.text(64, ALPHANUMERIC);
  return {
    ref,
    number: Number(ids.text(6, "123456789")),
    organizationSlug: begin.organizationSlug,
    name: begin.name,
    region: begin.region,
    createdAt: now.toISOString(),
    settled: "ACTIVE_HEALTHY",
    busy: { status: "COMING_UP", until: now.getTime() + begin.readyAfterMs },
    databasePassword: begin.databasePassword,
    jwtSecret,
    legacyKeysEnabled: true,
    keys: newKeys({ ref, jwtSecret, now, ids }),
    addons: begin.computeAddon ? { compute_instance: begin.computeAddon } : {},
    pooler: { defaultPoolSize: 15, mode: "transaction" },
    postgres: {},
    postgrest: {
      db_schema: "public,graphql_public",
      max_rows: 1000,
      db_extra_search_path: "public, extensions",
      db_pool: null,
    },
    auth: {},
    storage: newStorageSettings(),
    network: { cidrs: ["0.0.0.0/0"], cidrsV6: ["::/0"], updatedAt: null, appliesAt: 0 },
    ssl: { before: false, requested: false, appliesAt: 0 },
    backupTime: null,
    buckets: [],
  };
}

interface BranchBeginning {
  project: Project;
  name: string;
  gitBranch: string | undefined;
  withData: boolean;
  notifyUrl: string | undefined;
  isDefault: boolean;
  persistent: boolean;
  computeAddon: string;
  readyAfterMs: number;
  now: Date;
}

/** The default branch is the project itself; every other one has a project of its own. */
export function newBranch({ project, readyAfterMs, now, ...begin }: BranchBeginning, ids: Ids): Branch {
  const at = now.toISOString();
  const own = begin.isDefault
    ? { ref: project.ref, databasePassword: project.databasePassword, jwtSecret: project.jwtSecret }
    : {
        ref: ids.text(20, LETTERS),
        databasePassword: ids.text(32, ALPHANUMERIC),
        jwtSecret: ids.text(64, ALPHANUMERIC),
      };
  const times = { createdAt: at, updatedAt: at, readyAt: now.getTime() + readyAfterMs };
  return { id: ids.uuid(), parentRef: project.ref, ...begin, ...own, ...times };
}

function newStorageSettings(): Project["storage"] {
  return {
    fileSizeLimit: 52_428_800,
    features: {
      imageTransformation: { enabled: true },
      s3Protocol: { enabled: true },
      icebergCatalog: { enabled: false, maxNamespaces: 10, maxTables: 10, maxCatalogs: 2 },
      vectorBuckets: { enabled: false, maxBuckets: 10, maxIndexes: 5 },
    },
    upstreamTarget: "main",
  };
}

interface KeySource {
  ref: string;
  jwtSecret: string;
  now: Date;
  ids: Ids;
}

function newKeys({ ref, jwtSecret, now, ids }: KeySource): ApiKey[] {
  const stamps = { insertedAt: now.toISOString(), updatedAt: now.toISOString() };
  const legacy = (name: "anon" | "service_role"): ApiKey => ({
    ...{ id: null, name, type: "legacy", key: legacyKey(name, ref, { jwtSecret, now }), ...stamps },
    ...{ description: "Legacy API key", secretJwtTemplate: null },
  });
  return [
    legacy("anon"),
    legacy("service_role"),
    newKey({ type: "publishable", name: "default", now, ids }),
    newKey({ type: "secret", name: "default", now, ids, template: { role: "service_role" } }),
  ];
}

interface KeyBeginning {
  type: "publishable" | "secret";
  name: string;
  now: Date;
  ids: Ids;
  template?: Record<string, unknown> | null | undefined;
  description?: string | null | undefined;
}

/** `sb_secret_…` and `sb_publishable_…` are opaque, not JWTs. Source: https://supabase.com/docs/guides/api/api-keys */
export function newKey({ type, name, now, ids, template, description }: KeyBeginning): ApiKey {
  const key = `sb_${type}_${ids.text(22, ALPHANUMERIC)}_${ids.text(8, ALPHANUMERIC)}`;
  const stamps = { insertedAt: now.toISOString(), updatedAt: now.toISOString() };
  return {
    id: ids.uuid(),
    name,
    type,
    key,
    description: description ?? null,
    secretJwtTemplate: template ?? null,
    ...stamps,
  };
}

/** The legacy keys are JWTs of ten years, signed with the project's secret. */
function legacyKey(role: string, ref: string, { jwtSecret, now }: { jwtSecret: string; now: Date }): string {
  const issued = Math.floor(now.getTime() / 1000);
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = { iss: "supabase", ref, role, iat: issued, exp: issued + 315_360_000 };
  const unsigned = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${unsigned}.${createHmac("sha256", jwtSecret).update(unsigned).digest("base64url")}`;
}
