import type { Connection, Explanation, Http } from "@mais/provider-kit";
import { orAbsent, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { ProjectKeys } from "./api-keys-api.ts";

const Bucket = z.object({
  id: z.string(),
  name: z.string(),
  public: z.boolean(),
  file_size_limit: z.number().nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
  created_at: z.string().optional(),
});

const Failure = z.object({
  message: z.string().optional(),
  error: z.string().optional(),
  statusCode: z.union([z.string(), z.number()]).optional(),
});

export interface BucketSettings {
  public: boolean;
  fileSizeLimit: number | undefined;
  allowedMimeTypes: string[] | undefined;
}

export interface LiveBucket extends BucketSettings {
  id: string;
  name: string;
  createdAt: number | undefined;
}

/** Source of 540: https://supabase.com/docs/guides/platform/http-status-codes */
const ADVICE: Record<string, string> = {
  // Also the answer to a bucket whose limit is above the project's.
  413: "Raise the project's own limit first: fileSizeLimit in the storage settings",
  540: "The project is paused: restore it at https://supabase.com/dashboard, then run the same command again",
};

/** The Storage API often answers 400 and tells the real status in the body's `statusCode`. */
function explain(status: number, body: unknown): Explanation {
  const parsed = Failure.safeParse(body);
  if (!parsed.success)
    return { message: typeof body === "string" && body ? body : "no reason given", advice: ADVICE[status] };
  const { message, error, statusCode } = parsed.data;
  return {
    message: message ?? error ?? "no reason given",
    code: statusCode === undefined ? undefined : String(statusCode),
    gone: status === 404 || String(statusCode) === "404",
    advice: ADVICE[String(statusCode ?? status)],
  };
}

/** One project's Storage API, which is the only way to make buckets. */
export class StorageApi {
  readonly #http: Http;

  private constructor(http: Http) {
    this.#http = http;
  }

  /**
   * A secret key (`sb_secret_…`) is valid in the `apikey` header alone; the legacy service key, a JWT, in both.
   * Source: https://supabase.com/docs/guides/api/api-keys
   */
  static open({ sandbox, baseUrl, http }: Connection<unknown>, ref: string, keys: ProjectKeys): StorageApi {
    const key = keys.secretKey ?? keys.serviceRoleKey;
    if (!key)
      throw new Refused(
        `Supabase project ${ref} has no secret API key to manage buckets with. ` +
          "Make one under Project Settings > API Keys, then run the same command again",
      );
    const headers: Record<string, string> = keys.secretKey
      ? { apikey: key }
      : { apikey: key, authorization: `Bearer ${key}` };
    const base = sandbox ? `${baseUrl}/storage/${ref}/v1` : `https://${ref}.supabase.co/storage/v1`;
    return new StorageApi(http({ baseUrl: base, headers, secrets: [key], explain }));
  }

  async getBucket(name: string, signal: AbortSignal): Promise<LiveBucket | undefined> {
    const found = await orAbsent(this.#http.get(at(name), { answer: Bucket, signal }));
    return found && toBucket(found);
  }

  async createBucket(name: string, settings: BucketSettings, signal: AbortSignal): Promise<void> {
    await this.#http.post("/bucket", { json: { id: name, name, ...toWire(settings) }, signal });
  }

  async updateBucket(name: string, settings: BucketSettings, signal: AbortSignal): Promise<void> {
    await this.#http.put(at(name), { json: { id: name, name, ...toWire(settings) }, signal });
  }

  async emptyBucket(name: string, signal: AbortSignal): Promise<void> {
    await this.#http.post(`${at(name)}/empty`, { signal, repeatable: true });
  }

  async deleteBucket(name: string, signal: AbortSignal): Promise<void> {
    await this.#http.delete(at(name), { signal });
  }
}

function at(name: string): string {
  return `/bucket/${encodeURIComponent(name)}`;
}

/** A limit that was taken away is sent as null, which lifts it. */
function toWire({ public: open, fileSizeLimit, allowedMimeTypes }: BucketSettings) {
  return { public: open, file_size_limit: fileSizeLimit ?? null, allowed_mime_types: allowedMimeTypes ?? null };
}

function toBucket(wire: z.output<typeof Bucket>): LiveBucket {
  return {
    ...{ id: wire.id, name: wire.name, public: wire.public },
    fileSizeLimit: wire.file_size_limit ?? undefined,
    allowedMimeTypes: wire.allowed_mime_types ?? undefined,
    createdAt: wire.created_at === undefined ? undefined : Date.parse(wire.created_at),
  };
}
