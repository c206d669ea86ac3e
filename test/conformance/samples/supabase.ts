import { provider } from "../../../packages/supabase/provider.ts";
import type { ApiKey, Bucket, Project, StoredRole } from "../../../src/sandbox/supabase/state.ts";
import { healthyProject } from "../../helpers/supabase-api.ts";
import { connect } from "../../helpers/supabase-provider.ts";
import { apiObjects } from "./api-objects.ts";
import {
  type Made,
  type Properties,
  type ResourceSample,
  type SampleLab,
  set,
  stored,
  type VendorSample,
} from "./sample.ts";
import { settings } from "./supabase-settings.ts";

const PROJECT = "supabase:index/project:Project";
const onProject =
  (change: (project: Project) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<Project>(lab, ["supabase", "projects", id]));

/** As Supabase leaves it: the ref is remembered as removed. */
function remove(lab: SampleLab, ref: string): void {
  const store = lab.sandbox.store("supabase");
  store.collection("projects").delete(ref);
  store.collection("removedProjects").set(ref, { ref });
}

const project: ResourceSample = {
  holdsData: "always",
  named: "name",
  inputs: () => ({
    organizationId: {
      ...{ value: "sandbox", to: "another", replaces: true, refused: /Set both to the same organization/ },
      outside: "a transfer takes the project out of reach of this account",
    },
    name: { value: "mais-a", to: "mais-b", outside: onProject((one) => set(one, { name: "theirs" })) },
    databasePassword: {
      ...{ value: "canary-password-a", to: "canary-password-b" },
      outside: "Supabase returns neither the password nor when it was changed",
    },
    region: { value: "eu-central-1", to: "us-east-1", replaces: true, outside: "Supabase moves no project" },
    instanceSize: {
      ...{ value: "small", to: "medium" },
      outside: onProject(({ addons }) => set(addons, { compute_instance: "ci_large" })),
    },
    databasePasswordGeneration: { value: 1, to: 2, outside: "it counts how often we set the password again" },
    pointInTimeDays: {
      ...{ value: 7, to: 14 },
      outside: [
        onProject(({ addons }) => set(addons, { pitr: "pitr_28" })),
        onProject(({ addons }) => void delete addons.pitr),
      ],
    },
    dedicatedIpv4: { value: true, to: false, outside: onProject(({ addons }) => void delete addons.ipv4) },
    waitForServices: { value: ["db", "pooler"], to: ["db"], outside: "it says what we wait for" },
    legacyApiKeysEnabled: {
      ...{ value: false, to: true },
      outside: onProject((one) => set(one, { legacyKeysEnabled: true })),
    },
    timeouts: { value: { create: "10m", update: "5m" }, to: { create: "15m" }, outside: "it says how we wait" },
  }),
  forbidden: [
    { inputs: { instanceSize: "micro" }, property: "pointInTimeDays", reason: /needs instanceSize small or larger/ },
  ],
  secrets: ["databasePassword", "anonKey", "serviceRoleKey", "publishableKey", "secretKey"],
  unordered: ["waitForServices"],
  vanish: (lab, { id }) => remove(lab, id),
  importDiffers: ["databasePassword", "databasePasswordGeneration", "timeouts", "waitForServices"],
  importLacks: ["databasePassword"],
};

/** Two projects, made and up without our provider, which would ask for much more than these need. */
const inProject = async ({ sandbox }: SampleLab): Promise<Properties> => ({
  one: await healthyProject(sandbox, { name: "one" }),
  two: await healthyProject(sandbox, { name: "two" }),
});

const onBucket =
  (fields: Partial<Bucket>) =>
  (lab: SampleLab, { id }: Made) => {
    const [ref = "", name] = id.split("/");
    const { buckets } = stored<Project>(lab, ["supabase", "projects", ref]);
    set(
      buckets.find((bucket) => bucket.name === name),
      fields,
    );
  };

const bucket: ResourceSample = {
  holdsData: "always",
  prepare: inProject,
  inputs: ({ one, two }) => ({
    projectRef: { value: one, to: two, replaces: true, outside: "the project is what the bucket's id begins with" },
    name: { value: "photos-a", to: "photos-b", replaces: true, outside: "Supabase lets nobody change it" },
    public: { value: true, to: false, outside: onBucket({ public: false }) },
    fileSizeLimit: {
      ...{ value: 1_000_000, to: 2_000_000 },
      outside: [onBucket({ fileSizeLimit: 5 }), onBucket({ fileSizeLimit: null })],
    },
    allowedMimeTypes: {
      ...{ value: ["image/png", "image/jpeg"], to: ["image/*"] },
      outside: [onBucket({ allowedMimeTypes: ["image/png"] }), onBucket({ allowedMimeTypes: null })],
    },
    forceDestroy: { value: true, to: false, outside: "it says what a deletion by us may take along" },
  }),
  unordered: ["allowedMimeTypes"],
  importDiffers: ["forceDestroy"],
  vanish(lab, { id }) {
    const [ref = "", name] = id.split("/");
    const found = stored<Project>(lab, ["supabase", "projects", ref]);
    found.buckets = found.buckets.filter((one) => one.name !== name);
  },
  officialDiffers: "none",
};

const onKey =
  (fields: Partial<ApiKey>) =>
  (lab: SampleLab, { id }: Made) => {
    const [ref = "", key] = id.split("/");
    set(
      stored<Project>(lab, ["supabase", "projects", ref]).keys.find((one) => one.id === key),
      fields,
    );
  };

const apikey: ResourceSample = {
  prepare: inProject,
  inputs: ({ one, two }) => ({
    projectRef: { value: one, to: two, replaces: true, outside: "the project is what the key's id begins with" },
    name: { value: "api_server", to: "api_worker", outside: onKey({ name: "theirs" }) },
    description: {
      ...{ value: "of the API", to: "of the worker" },
      outside: [onKey({ description: "theirs" }), onKey({ description: null })],
    },
    type: { value: "secret", to: "publishable", replaces: true, outside: "a key keeps its type" },
    generation: { value: 2, to: 3, replaces: true, outside: "it is part of the key's name" },
  }),
  secrets: ["apiKey"],
  vanish(lab, { id }) {
    const [ref = "", key] = id.split("/");
    const found = stored<Project>(lab, ["supabase", "projects", ref]);
    found.keys = found.keys.filter((one) => one.id !== key);
  },
  importId: ({ inputs, id }) => `${id.split("/")[0]}/${inputs.type}/${inputs.name}_g${inputs.generation}`,
  createBeforeDelete: true,
  // The official one makes secret keys only, and names them by itself with a dash, which Supabase refuses.
  officialDiffers: ["name", "type"],
};

const onRole =
  (fields: Partial<StoredRole>) =>
  (lab: SampleLab, { id }: Made) => {
    const [ref = "", name = ""] = id.split("/");
    set(stored<Record<string, StoredRole>>(lab, ["supabase", "databaseRoles", ref])[name], fields);
  };

const databaseRole: ResourceSample = {
  prepare: inProject,
  inputs: ({ one, two }) => ({
    projectRef: { value: one, to: two, replaces: true, outside: "the project is what the role's id begins with" },
    name: { value: "app_a", to: "app_b", replaces: true, outside: "under another name it is another role" },
    password: {
      ...{ value: "canary-password-a", to: "canary-password-b" },
      outside: "Supabase shows nothing of a role's password",
    },
    login: { value: true, to: false, outside: onRole({ login: false }) },
    schemas: {
      ...{ value: ["public", "billing"], to: ["public"] },
      outside: [onRole({ schemas: ["public"] }), onRole({ schemas: ["public", "billing", "theirs"] })],
    },
  }),
  secrets: ["password"],
  unordered: ["schemas"],
  vanish(lab, { id }) {
    const [ref = "", name = ""] = id.split("/");
    delete stored<Record<string, StoredRole>>(lab, ["supabase", "databaseRoles", ref])[name];
  },
  importDiffers: ["password"],
  importLacks: ["password"],
  createBeforeDelete: true,
  asks: /^\{"query":"SELECT rolname,|^\{"query":"SELECT nspname /,
  officialDiffers: "none",
};

/** Supabase over the sandbox; each look at something unfinished lets its clock run on. */
export const supabase: VendorSample = {
  vendor: "supabase",
  provider: provider as never,
  waitMs: 400,
  connect: (sandbox) => connect(sandbox),
  resources: {
    [PROJECT]: project,
    "supabase:index/settings:Settings": { ...settings, prepare: inProject, vanish: (lab, { id }) => remove(lab, id) },
    "supabase:index/apikey:Apikey": apikey,
    "supabase:index/bucket:Bucket": bucket,
    "supabase:index/databaseRole:DatabaseRole": databaseRole,
    "supabase:index/apiObject:ApiObject": apiObjects.supabase,
  },
};
