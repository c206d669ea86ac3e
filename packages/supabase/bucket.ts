import type { DeleteCall } from "@mais/provider-kit";
import { ApiError, defineResource, orAbsent, Refused, waitFor } from "@mais/provider-kit";
import { z } from "zod";
import type { Supabase } from "./client.ts";
import type { BucketSettings, StorageApi } from "./storage-api.ts";

/** Storage takes none above 500 GB. Source: the Management API's limit of the project's own setting. */
const LARGEST_OBJECT = 536_870_912_000;
/** How long Storage may take to empty a bucket. */
const EMPTYING_LIMIT_MS = 5 * 60_000;

const inputs = {
  /** The project's 20 letters: the id of a Project. */
  projectRef: z.string().regex(/^[a-z]{20}$/, "must be a project ref: 20 lowercase letters"),
  /** Part of every object's address, so it cannot be changed. */
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^/]+$/, "must not contain a slash"),
  /** Whether anyone may download by address. @defaultValue `false` */
  public: z.boolean().default(false),
  /** Largest object, in bytes; without one the project's own limit holds, above which none may be. */
  fileSizeLimit: z.number().int().positive().max(LARGEST_OBJECT).optional(),
  /** Such as `["image/*"]`; without the list every type is allowed. */
  allowedMimeTypes: z.array(z.string()).optional(),
  /**
   * Whether a deletion takes the objects along; left out, it is refused as long as there are any. It must be on in a run
   * before the one that deletes.
   */
  forceDestroy: z.boolean().optional(),
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;
type Live = Omit<Inputs, "forceDestroy">;

/**
 * A Storage bucket. The Management API only lists buckets, so it is made through the project's own Storage API, with a
 * key that is asked for at that moment. The official provider has no such resource.
 */
export const Bucket = defineResource("supabase:index/bucket:Bucket", {
  inputs,
  outputs: {},
  replaceOn: ["projectRef", "name"],
  unordered: ["allowedMimeTypes"],
  writeOnly: ["forceDestroy"],
  refuses: {
    versioning:
      "Supabase Storage keeps no versions: what is overwritten or deleted is gone, and database backups hold no objects. " +
      "Write each version under a name of its own, or copy the bucket elsewhere",
    lifecycleRules: "Supabase Storage expires nothing by itself: delete old objects with a job of yours",
  },
  dataBearing: true,
  migration: "Make a second bucket, copy the objects, switch the application over, then remove this one.",
  async find(api: Supabase, { projectRef, name }, { signal }) {
    const storage = await api.storage(projectRef, signal);
    const found = await storage.getBucket(name, signal);
    const createdAt = found?.createdAt;
    const stamp = createdAt === undefined ? {} : { createdAt };
    return found ? [{ id: `${projectRef}/${name}`, label: `Supabase bucket ${name}`, ...stamp }] : [];
  },
  async create(api, wanted, { signal }) {
    const storage = await api.storage(wanted.projectRef, signal);
    await storage.createBucket(wanted.name, settingsOf(wanted), signal);
    return { id: `${wanted.projectRef}/${wanted.name}`, ...wanted };
  },
  read: (api, id, { signal }) => readBucket(api, id, signal),
  async update(api, id, wanted, { changed, signal }) {
    const { projectRef, name } = address(id);
    // It changes nothing at Supabase; with nothing changed, what was left half-made is finished.
    if (changed.size === 1 && changed.has("forceDestroy")) return {};
    const storage = await api.storage(projectRef, signal);
    await storage.updateBucket(name, settingsOf(wanted), signal);
    return (await readBucket(api, id, signal)) ?? wanted;
  },
  delete: deleteBucket,
});
export type Bucket = InstanceType<typeof Bucket>;

async function readBucket(api: Supabase, id: string, signal: AbortSignal): Promise<Live | undefined> {
  const { projectRef, name } = address(id);
  // With the project, its keys and its host are gone, and so is the bucket.
  const storage = await orAbsent(api.storage(projectRef, signal));
  const found = await storage?.getBucket(name, signal);
  if (!found) return undefined;
  const { fileSizeLimit, allowedMimeTypes } = found;
  return { projectRef, name, public: found.public, fileSizeLimit, allowedMimeTypes };
}

async function deleteBucket(
  api: Supabase,
  id: string,
  call: DeleteCall<typeof inputs, Record<never, never>>,
): Promise<void> {
  const { signal } = call;
  const { projectRef, name } = address(id);
  const storage = await orAbsent(api.storage(projectRef, signal));
  if (!storage || (await removed(storage, name, signal))) return;
  if (!call.inputs.forceDestroy)
    throw new Refused(
      `Bucket "${name}" still holds objects, and deleting it would lose them. ` +
        `Move or empty it (https://supabase.com/dashboard/project/${projectRef}/storage/buckets/${name}), then run the same command again`,
    );
  call.progress(`Supabase bucket ${name}: deleting its objects`);
  await orAbsent(storage.emptyBucket(name, signal));
  // Storage may go on emptying after it has answered.
  const look = async () => (await removed(storage, name, signal)) || undefined;
  await waitFor(`Emptying bucket "${name}"`, look, { signal, limitMs: EMPTYING_LIMIT_MS, ...api.pace });
}

/** Deletes the bucket, unless it holds objects. */
async function removed(storage: StorageApi, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    await storage.deleteBucket(name, signal);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.gone) return true;
    if (/not empty/i.test(error.message)) return false;
    throw error;
  }
}

function settingsOf({ public: open, fileSizeLimit, allowedMimeTypes }: Live): BucketSettings {
  return { public: open, fileSizeLimit, allowedMimeTypes };
}

function address(id: string): { projectRef: string; name: string } {
  const [projectRef = "", name = ""] = id.split("/");
  if (!/^[a-z]{20}$/.test(projectRef) || !name)
    throw new Refused(`"${id}" names no bucket: write it as <project ref>/<bucket name>`);
  return { projectRef, name };
}
