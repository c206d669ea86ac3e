import type { Call } from "@mais/provider-kit";
import { ApiError, defineResource, orAbsent, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { Supabase } from "./client.ts";
import type { BucketSettings } from "./storage-api.ts";

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
  /** Largest object, in bytes; without one the project's own limit holds. */
  fileSizeLimit: z.number().int().positive().optional(),
  /** Such as `["image/*"]`; without the list every type is allowed. */
  allowedMimeTypes: z.array(z.string()).optional(),
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;

/**
 * A Storage bucket. The Management API only lists buckets, so it is made through the project's own Storage API, with a
 * key that is asked for at that moment. The official provider has no such resource.
 */
export const Bucket = defineResource("supabase:index/bucket:Bucket", {
  inputs,
  outputs: {},
  replaceOn: ["projectRef", "name"],
  unordered: ["allowedMimeTypes"],
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
  async update(api, id, wanted, { signal }) {
    const { projectRef, name } = address(id);
    const storage = await api.storage(projectRef, signal);
    await storage.updateBucket(name, settingsOf(wanted), signal);
    return (await readBucket(api, id, signal)) ?? wanted;
  },
  delete: deleteBucket,
});
export type Bucket = InstanceType<typeof Bucket>;

async function readBucket(api: Supabase, id: string, signal: AbortSignal): Promise<Inputs | undefined> {
  const { projectRef, name } = address(id);
  // With the project, its keys and its host are gone, and so is the bucket.
  const storage = await orAbsent(api.storage(projectRef, signal));
  const found = await storage?.getBucket(name, signal);
  if (!found) return undefined;
  const { fileSizeLimit, allowedMimeTypes } = found;
  return { projectRef, name, public: found.public, fileSizeLimit, allowedMimeTypes };
}

async function deleteBucket(api: Supabase, id: string, { signal }: Call): Promise<void> {
  const { projectRef, name } = address(id);
  const storage = await orAbsent(api.storage(projectRef, signal));
  try {
    await storage?.deleteBucket(name, signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.gone) return;
    if (!/not empty/i.test(error.message)) throw error;
    throw new Refused(
      `Bucket "${name}" still holds objects, and deleting it would lose them. ` +
        `Move or empty it (https://supabase.com/dashboard/project/${projectRef}/storage/buckets/${name}), then run the same command again`,
      { cause: error },
    );
  }
}

function settingsOf({ public: open, fileSizeLimit, allowedMimeTypes }: Inputs): BucketSettings {
  return { public: open, fileSizeLimit, allowedMimeTypes };
}

function address(id: string): { projectRef: string; name: string } {
  const [projectRef = "", name = ""] = id.split("/");
  if (!/^[a-z]{20}$/.test(projectRef) || !name)
    throw new Refused(`"${id}" names no bucket: write it as <project ref>/<bucket name>`);
  return { projectRef, name };
}
