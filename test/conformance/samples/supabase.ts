import { provider } from "../../../packages/supabase/provider.ts";
import type { Bucket, Project } from "../../../src/sandbox/supabase/state.ts";
import { connect } from "../../helpers/supabase-provider.ts";
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
    legacyApiKeysEnabled: {
      ...{ value: true, to: false },
      outside: onProject((one) => set(one, { legacyKeysEnabled: false })),
    },
    timeouts: { value: { create: "10m", update: "5m" }, to: { create: "15m" }, outside: "it says how we wait" },
  }),
  secrets: ["databasePassword", "anonKey", "serviceRoleKey", "publishableKey", "secretKey"],
  vanish: (lab, { id }) => remove(lab, id),
  importDiffers: ["databasePassword", "timeouts"],
  importLacks: ["databasePassword"],
};

const inProject = async (lab: SampleLab): Promise<Properties> => {
  const wanted = { organizationId: "sandbox", databasePassword: "canary-password", region: "eu-central-1" };
  const [one, two] = [await lab.make(PROJECT, "one", wanted), await lab.make(PROJECT, "two", wanted)];
  return { one: one.id, two: two.id };
};

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
  }),
  unordered: ["allowedMimeTypes"],
  vanish(lab, { id }) {
    const [ref = "", name] = id.split("/");
    const found = stored<Project>(lab, ["supabase", "projects", ref]);
    found.buckets = found.buckets.filter((one) => one.name !== name);
  },
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
    "supabase:index/bucket:Bucket": bucket,
  },
};
