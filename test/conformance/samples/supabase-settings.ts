import type { Project } from "../../../src/sandbox/supabase/state.ts";
import { type InputSample, type Made, type ResourceSample, type SampleLab, set, stored } from "./sample.ts";

const onProject =
  (change: (project: Project) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<Project>(lab, ["supabase", "projects", id]));

const block = (value: object, to: object, change: (project: Project) => void): InputSample => ({
  ...{ value: JSON.stringify(value), to: JSON.stringify(to) },
  outside: onProject(change),
});

export const settings: Omit<ResourceSample, "prepare" | "vanish"> = {
  inputs: ({ one, two }) => ({
    projectRef: { value: one, to: two, replaces: true, outside: "the project is what the settings are known by" },
    database: block(
      { statement_timeout: "1min", work_mem: "8MB" },
      { statement_timeout: "1min", work_mem: "16MB" },
      ({ postgres }) => set(postgres, { work_mem: "4MB" }),
    ),
    pooler: block({ default_pool_size: 20 }, { default_pool_size: 30 }, ({ pooler }) =>
      set(pooler, { defaultPoolSize: 5 }),
    ),
    network: block(
      { restrictions: ["203.0.113.0/24", "::/0"] },
      { restrictions: ["198.51.100.0/24", "::/0"] },
      ({ network }) => set(network, { cidrs: ["0.0.0.0/0"] }),
    ),
    storage: block({ fileSizeLimit: 10_000_000 }, { fileSizeLimit: 20_000_000 }, ({ storage }) =>
      set(storage, { fileSizeLimit: 5 }),
    ),
    auth: block(
      { site_url: "https://a.mais.example", smtp_pass: "canary-mail" },
      { site_url: "https://b.mais.example", smtp_pass: "canary-mail-2" },
      ({ auth }) => set(auth, { site_url: "https://theirs.example" }),
    ),
    api: block(
      { db_schema: "public,graphql_public", max_rows: 500 },
      { db_schema: "public", max_rows: 500 },
      ({ postgrest }) => set(postgrest, { max_rows: 7 }),
    ),
    sslEnforcement: {
      ...{ value: true, to: false },
      outside: onProject(({ ssl }) => set(ssl, { before: false, requested: false })),
    },
    timeouts: { value: { create: "10m", update: "5m" }, to: { create: "15m" }, outside: "it says how we wait" },
  }),
  forbidden: [
    {
      ...{ inputs: { network: JSON.stringify({ restrictions: ["192.168.0.0/24", "::/0"] }) }, property: "network" },
      reason: /private addresses \(192\.168\.0\.0\/24\)/,
    },
  ],
  secrets: ["auth"],
  stays: true,
  createBeforeDelete: true,
  // An import takes up every key that a block has, and hashed ones that are secret it leaves out.
  importDiffers: ["auth", "timeouts"],
};
