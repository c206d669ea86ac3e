import { z } from "zod";
import { type Call, defineRoute, Refusal, type Reply } from "../emulator.ts";
import { explain } from "./body.ts";
import { storageRefusal } from "./refusals.ts";
import { activeProjectOf, type Bucket, type Project, projects } from "./state.ts";

/** A size in bytes, or as `50MB`. */
const sizeLimit = z.union([z.number().int().min(0), z.string().regex(/^\d+(\.\d+)?\s?(B|KB|MB|GB)?$/i)]).nullish();
const mimeTypes = z.array(z.string().regex(/^[\w.+-]+\/(\*|[\w.+-]+)$/)).nullish();
const NewBucket = z.object({
  name: z.string().min(1).max(100),
  id: z.string().min(1).max(100).optional(),
  public: z.boolean().optional(),
  file_size_limit: sizeLimit,
  allowed_mime_types: mimeTypes,
  type: z.enum(["STANDARD", "ANALYTICS"]).optional(),
});
const BucketChange = z.object({
  public: z.boolean().optional(),
  file_size_limit: sizeLimit,
  allowed_mime_types: mimeTypes,
});

const UNITS: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

function bytes(limit: number | string | null | undefined): number | null {
  if (typeof limit !== "string") return limit ?? null;
  const [, amount = "0", unit = "B"] = /^([\d.]+)\s?(\w*)$/.exec(limit) ?? [];
  return Math.floor(Number(amount) * (UNITS[unit.toUpperCase() || "B"] ?? 1));
}

function shown(bucket: Bucket) {
  return {
    id: bucket.id,
    name: bucket.name,
    owner: "",
    public: bucket.public,
    type: "STANDARD",
    file_size_limit: bucket.fileSizeLimit,
    allowed_mime_types: bucket.allowedMimeTypes,
    created_at: bucket.createdAt,
    updated_at: bucket.updatedAt,
  };
}

/** The project whose own host the request stands for: `https://<ref>.supabase.co` is `/storage/<ref>` here. */
function hostProject(call: Call): Project {
  const project = projects(call.store).get(call.params.ref ?? "");
  // Without a project there is no such host; the gateway's answer to that is unknown.
  if (!project) throw new Refusal(404, { statusCode: "404", error: "not_found", message: "Project not found" });
  return project;
}

function bucketOf(call: Call, id = call.params.id): Bucket {
  const bucket = hostProject(call).buckets.find((one) => one.id === id);
  if (!bucket) throw storageRefusal("404", "Bucket not found", "Bucket not found");
  return bucket;
}

function readStorageBody<S extends z.ZodType>(call: Call, schema: S): z.output<S> {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  throw storageRefusal("400", "Error", explain(parsed.error));
}

function requireWithinGlobalLimit(project: Project, limit: number | null): void {
  if (limit !== null && limit > project.storage.fileSizeLimit)
    throw storageRefusal("413", "Payload too large", "The object exceeded the maximum allowed size");
}

const bucketPath = "/storage/{ref}/v1/bucket" as const;
/** Source of the calls: @supabase/storage-js, which is documented at https://supabase.com/docs/reference/javascript/storage-createbucket */
const evidence = {
  evidence: "documented" as const,
  source: "https://supabase.com/docs/reference/javascript/storage-createbucket",
};

export const bucketRoutes = [
  defineRoute("GET /v1/projects/{ref}/storage/buckets", {
    evidence: "contract",
    handle: (call) => ({
      status: 200,
      json: activeProjectOf(call).buckets.map((bucket) => {
        const { id, name, owner, created_at, updated_at, public: open } = shown(bucket);
        return { id, name, owner, created_at, updated_at, public: open };
      }),
    }),
  }),
  defineRoute(`GET ${bucketPath}`, {
    ...evidence,
    handle(call) {
      const search = call.query.get("search") ?? "";
      const offset = Number(call.query.get("offset") ?? 0);
      const limit = Number(call.query.get("limit") ?? 100);
      const fitting = hostProject(call).buckets.filter(({ name }) => name.includes(search));
      return { status: 200, json: fitting.slice(offset, offset + limit).map(shown) };
    },
  }),
  defineRoute(`POST ${bucketPath}`, { ...evidence, handle: createBucket }),
  defineRoute(`GET ${bucketPath}/{id}`, {
    ...evidence,
    handle: (call) => ({ status: 200, json: shown(bucketOf(call)) }),
  }),
  defineRoute(`PUT ${bucketPath}/{id}`, {
    ...evidence,
    handle(call) {
      const bucket = bucketOf(call);
      const change = readStorageBody(call, BucketChange);
      const limit = change.file_size_limit === undefined ? bucket.fileSizeLimit : bytes(change.file_size_limit);
      requireWithinGlobalLimit(hostProject(call), limit);
      bucket.fileSizeLimit = limit;
      if (change.public !== undefined) bucket.public = change.public;
      if (change.allowed_mime_types !== undefined) bucket.allowedMimeTypes = change.allowed_mime_types;
      bucket.updatedAt = call.now.toISOString();
      return { status: 200, json: { message: "Successfully updated" } };
    },
  }),
  defineRoute(`POST ${bucketPath}/{id}/empty`, {
    ...evidence,
    handle(call) {
      bucketOf(call).objects = [];
      return { status: 200, json: { message: "Successfully emptied" } };
    },
  }),
  defineRoute(`DELETE ${bucketPath}/{id}`, {
    ...evidence,
    handle(call) {
      const bucket = bucketOf(call);
      if (bucket.objects.length > 0)
        throw storageRefusal("409", "InvalidRequest", "The bucket you tried to delete is not empty");
      const project = hostProject(call);
      project.buckets = project.buckets.filter((other) => other !== bucket);
      return { status: 200, json: { message: "Successfully deleted" } };
    },
  }),
  defineRoute("POST /storage/{ref}/v1/object/{bucket}/{name}", {
    evidence: "documented",
    source: "https://supabase.com/docs/reference/javascript/storage-from-upload",
    handle: upload,
  }),
];

function createBucket(call: Call): Reply {
  const project = hostProject(call);
  const body = readStorageBody(call, NewBucket);
  const id = body.id ?? body.name;
  if (project.buckets.some((bucket) => bucket.id === id))
    throw storageRefusal("409", "Duplicate", "The resource already exists");
  const fileSizeLimit = bytes(body.file_size_limit);
  requireWithinGlobalLimit(project, fileSizeLimit);
  const at = call.now.toISOString();
  project.buckets.push({
    ...{ id, name: body.name, public: body.public ?? false, fileSizeLimit },
    ...{ allowedMimeTypes: body.allowed_mime_types ?? null, createdAt: at, updatedAt: at, objects: [] },
  });
  return { status: 200, json: { name: body.name } };
}

/** Keeps the name only: enough for a bucket that is not empty. */
function upload(call: Call): Reply {
  const { bucket: id = "", name = "" } = call.params;
  const bucket = bucketOf(call, id);
  if (bucket.objects.includes(name)) throw storageRefusal("409", "Duplicate", "The resource already exists");
  bucket.objects.push(name);
  return { status: 200, json: { Id: call.world.ids.uuid(), Key: `${id}/${name}` } };
}
