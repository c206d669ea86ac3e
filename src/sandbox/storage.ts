import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../user-error.ts";
import { DurableFile } from "./durable-file.ts";
import { Store } from "./store.ts";
import { Ids, SystemClock } from "./world.ts";

const StoreData = z.record(z.string(), z.record(z.string(), z.unknown()));
const VendorFile = z.object({ schema: z.literal("mais.sandbox.store/1"), vendor: z.string(), data: StoreData });
const WorldFile = z.object({
  schema: z.literal("mais.sandbox.world/1"),
  ids: z.object({ seed: z.string().min(1), next: z.int().nonnegative() }),
  clockAheadMs: z.number(),
  /** Where each service listened last, so that its URL stays. */
  servicePorts: z.record(z.string(), z.int().positive()).default({}),
});

/** Everything that the sandbox keeps, as one JSON value. */
export const SandboxState = z.object({
  schema: z.literal("mais.sandbox.state/1"),
  world: WorldFile.omit({ schema: true }),
  vendors: z.record(z.string(), StoreData),
});
export type SandboxState = z.infer<typeof SandboxState>;

/** The sandbox's memory and the files behind it: `store/<vendor>.json` and `store/world.json`, for the owner's eyes only. */
export class Storage {
  readonly stores = new Map<string, Store>();
  readonly servicePorts = new Map<string, number>();
  readonly #folder: string;
  readonly #files = new Map<string, DurableFile>();
  #clock = new SystemClock();
  #ids = new Ids(newSeed());

  private constructor(folder: string) {
    this.#folder = folder;
  }

  get clock(): SystemClock {
    return this.#clock;
  }

  get ids(): Ids {
    return this.#ids;
  }

  /** Reads what is there. A file that cannot be read ends it: nothing is guessed, nothing overwritten. */
  static open(dir: string, vendors: readonly string[]): Storage {
    const folder = join(dir, "store");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const storage = new Storage(folder);
    const world = storage.#read("world", WorldFile);
    if (world) storage.#setWorld(world);
    for (const vendor of vendors) storage.stores.set(vendor, new Store(storage.#read(vendor, VendorFile)?.data));
    return storage;
  }

  /** Puts on disk what changed: the vendor's objects, and the counter of ids before them, so that no id is given twice. */
  async save(vendor: string): Promise<void> {
    await this.#saveWorld();
    await this.#saveVendor(vendor);
  }

  async saveAll(): Promise<void> {
    await this.#saveWorld();
    await Promise.all([...this.stores.keys()].map((vendor) => this.#saveVendor(vendor)));
  }

  async rememberPort(id: string, port: number): Promise<void> {
    this.servicePorts.set(id, port);
    await this.#saveWorld();
  }

  #saveWorld(): Promise<void> {
    return this.#file("world").save(() => JSON.stringify(this.#world()));
  }

  #saveVendor(vendor: string): Promise<void> {
    const schema = "mais.sandbox.store/1";
    return this.#file(vendor).save(() => JSON.stringify({ schema, vendor, data: this.stores.get(vendor) }));
  }

  dump(): SandboxState {
    const { schema: _, ...world } = this.#world();
    const vendors = Object.fromEntries([...this.stores].map(([vendor, store]) => [vendor, store.toJSON()]));
    // A copy: who holds the dump must not see it change.
    return structuredClone({ schema: "mais.sandbox.state/1", world, vendors });
  }

  load({ world, vendors }: SandboxState): void {
    this.#setWorld(world);
    for (const vendor of this.stores.keys()) this.stores.set(vendor, new Store(structuredClone(vendors[vendor] ?? {})));
  }

  /** Empty stores, new ids, the machine's own time. */
  clear(): void {
    this.#clock = new SystemClock();
    this.#ids = new Ids(newSeed());
    this.servicePorts.clear();
    for (const vendor of this.stores.keys()) this.stores.set(vendor, new Store());
  }

  #world(): z.infer<typeof WorldFile> {
    return {
      schema: "mais.sandbox.world/1",
      ids: { seed: this.#ids.seed, next: this.#ids.next },
      clockAheadMs: this.#clock.ahead,
      servicePorts: Object.fromEntries(this.servicePorts),
    };
  }

  #setWorld({ ids, clockAheadMs, servicePorts }: SandboxState["world"]): void {
    this.#ids = new Ids(ids.seed, ids.next);
    this.#clock = new SystemClock(clockAheadMs);
    this.servicePorts.clear();
    for (const [id, port] of Object.entries(servicePorts)) this.servicePorts.set(id, port);
  }

  #file(name: string): DurableFile {
    const known = this.#files.get(name) ?? new DurableFile(join(this.#folder, `${name}.json`));
    this.#files.set(name, known);
    return known;
  }

  #read<T>(name: string, schema: z.ZodType<T>): T | undefined {
    const file = join(this.#folder, `${name}.json`);
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw damaged(file, "it cannot be read", error);
    }
    try {
      const value = schema.parse(JSON.parse(text));
      this.#files.set(name, new DurableFile(file, text));
      return value;
    } catch (error) {
      throw damaged(file, "it is not what the sandbox writes", error);
    }
  }
}

function newSeed(): string {
  return randomBytes(8).toString("hex");
}

export function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function damaged(file: string, why: string, cause: unknown): UserError {
  return new UserError(`The sandbox's store is damaged: ${file}: ${why}. Nothing was changed.`, {
    advice: [
      "Put the file back from a copy,",
      "or begin anew (the old files are kept in the folder `old` beside it): mais sandbox reset",
    ],
    cause,
  });
}
