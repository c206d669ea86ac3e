import { z } from "zod";
import { defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { activeProjectOf, type Project, projectOf } from "./state.ts";

const PostgrestChange = z
  .object({
    db_schema: z.string(),
    max_rows: z.number().int().min(0).max(1_000_000),
    db_extra_search_path: z.string(),
    db_pool: z.number().int().min(0).max(1000),
  })
  .partial();

const switchable = z.object({ enabled: z.boolean() });
const StorageChange = z
  .strictObject({
    fileSizeLimit: z.number().int().min(0).max(536_870_912_000),
    features: z
      .object({
        imageTransformation: switchable,
        s3Protocol: switchable,
        icebergCatalog: switchable.extend({
          maxNamespaces: z.number().int().min(0),
          maxTables: z.number().int().min(0),
          maxCatalogs: z.number().int().min(0),
        }),
        vectorBuckets: switchable.extend({ maxBuckets: z.number().int().min(0), maxIndexes: z.number().int().min(0) }),
      })
      .partial(),
    external: z.object({ upstreamTarget: z.enum(["main", "canary"]) }),
  })
  .partial();

function storageSettings({ storage }: Project) {
  return {
    fileSizeLimit: storage.fileSizeLimit,
    features: storage.features,
    capabilities: { list_v2: true, iceberg_catalog: false },
    external: { upstreamTarget: storage.upstreamTarget },
    migrationVersion: "fix-object-level",
    databasePoolMode: "single_use",
  };
}

const storagePath = "/v1/projects/{ref}/config/storage" as const;

export const apiSettingsRoutes = [
  defineRoute("GET /v1/projects/{ref}/postgrest", {
    evidence: "contract",
    handle(call) {
      const { postgrest, jwtSecret } = projectOf(call);
      return { status: 200, json: { ...postgrest, jwt_secret: jwtSecret } };
    },
  }),
  defineRoute("PATCH /v1/projects/{ref}/postgrest", {
    evidence: "contract",
    handle(call) {
      const project = activeProjectOf(call);
      Object.assign(project.postgrest, readBody(call, PostgrestChange));
      return { status: 200, json: project.postgrest };
    },
  }),
  defineRoute(`GET ${storagePath}`, {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: storageSettings(projectOf(call)) }),
  }),
  defineRoute(`PATCH ${storagePath}`, {
    evidence: "contract",
    handle(call) {
      const { storage } = activeProjectOf(call);
      const { fileSizeLimit, features, external } = readBody(call, StorageChange);
      if (fileSizeLimit !== undefined) storage.fileSizeLimit = fileSizeLimit;
      Object.assign(storage.features, features);
      if (external) storage.upstreamTarget = external.upstreamTarget;
      return { status: 200 };
    },
  }),
];
