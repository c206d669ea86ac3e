import {
  ApiError,
  defineProvider,
  defineResource,
  orAbsent,
  PartialFailure,
  type ProviderDefinition,
  Refused,
} from "@mais/provider-kit";
import { Journal, ProviderInstance, serve } from "@mais/provider-kit/plugin";
import { z } from "zod";
import { pluginClient } from "../helpers/plugin-client.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// A vendor in memory: it keeps shelves, each with a name that is unique, and can lose answers on request.
interface Shelf {
  id: string;
  name: string;
  size: number;
  labels?: Record<string, { value: string }>;
  password?: string;
  nonce?: string;
  createdAt: number;
}

export class Warehouse {
  readonly shelves = new Map<string, Shelf>();
  calls = 0;
  loseAnswer = false;
  refuseNextStep = false;
  unfinished = false;
  ours = true;

  async add(inputs: Omit<Shelf, "id" | "createdAt">): Promise<Shelf> {
    this.calls++;
    if (inputs.name === "refused")
      throw new ApiError({
        vendor: "Warehouse",
        attempt: "POST /shelves",
        status: 422,
        message: `no room for ${inputs.password}`,
      });
    const shelf = { id: `shelf-${this.shelves.size + 1}`, createdAt: Date.now(), ...inputs };
    this.shelves.set(shelf.id, shelf);
    if (this.loseAnswer) throw new Error("connection cut");
    if (this.refuseNextStep)
      throw new ApiError({ vendor: "Warehouse", attempt: "GET /shelves/{id}", status: 401, message: "token expired" });
    return shelf;
  }

  async get(id: string): Promise<Shelf> {
    this.calls++;
    const shelf = this.shelves.get(id);
    if (!shelf)
      throw new ApiError({ vendor: "Warehouse", attempt: "GET /shelves/{id}", status: 404, message: "no such shelf" });
    return shelf;
  }
}

const ShelfResource = defineResource("store:index/shelf:Shelf", {
  inputs: {
    name: z.string(),
    size: z.number().int().default(1),
    region: z.enum(["north", "south"]),
    tags: z.array(z.string()).optional(),
    labels: z.record(z.string(), z.object({ value: z.string() })).optional(),
    password: z.string().optional(),
    notes: z.array(z.object({ text: z.string() })).optional(),
  },
  outputs: { address: z.string(), token: z.string() },
  secrets: ["token", "password", "notes.*.text"],
  replaceOn: ["region"],
  unordered: ["tags"],
  writeOnly: ["password"],
  autoName: { property: "name", maxLength: 30 },
  dataBearing: true,
  recomputed: { token: ["password"] },
  async find(api: Warehouse, { name }) {
    return [...api.shelves.values()]
      .filter((shelf) => shelf.name === name)
      .map((shelf) => ({ ...shelf, label: shelf.name }));
  },
  async create(api: Warehouse, inputs, { nonce }) {
    if (!api.ours) throw new Refused("This warehouse is not ours");
    const shelf = await api.add({ ...inputs, nonce } as Omit<Shelf, "id" | "createdAt">);
    if (api.unfinished)
      throw new PartialFailure(shelf.id, { address: "somewhere" }, [`the door of ${inputs.password} sticks`]);
    return { id: shelf.id, address: `${shelf.name}.store`, token: "tok-123456" };
  },
  async read(api: Warehouse, id) {
    const shelf = await orAbsent(api.get(id));
    return (
      shelf && {
        name: shelf.name,
        size: shelf.size,
        region: "north" as const,
        tags: ["b", "a"],
        ...(shelf.labels ? { labels: shelf.labels } : {}),
        address: `${shelf.name}.store`,
      }
    );
  },
  async update(api: Warehouse, id, inputs) {
    const shelf = await api.get(id);
    Object.assign(shelf, inputs);
    return { address: `${shelf.name}.store` };
  },
  async delete(api: Warehouse, id) {
    api.calls++;
    api.shelves.delete(id);
  },
});

export const URN = "urn:pulumi:dev::shop::store:index/shelf:Shelf::main";
export const full = { name: "main", region: "north", size: 1 };

export interface Served extends Disposable {
  warehouse: Warehouse;
  client: ReturnType<typeof pluginClient>;
  /** Where the journal is. */
  folder: string;
}

/** The warehouse's provider on a port of its own, as the engine meets it. */
export async function serveWarehouse(): Promise<Served> {
  const warehouse = new Warehouse();
  const folder = temporaryFolder();
  const provider = defineProvider({
    ...{ name: "store", title: "Warehouse", version: "0.1.0", sandboxPath: "/store" },
    baseUrl: "https://warehouse.invalid",
    config: { owner: z.string().startsWith("own-").optional() },
    credentials: { STORE_TOKEN: { about: "opens the warehouse", getIt: "the porter" } },
    connect: () => warehouse,
    resources: [ShelfResource],
  }) as unknown as ProviderDefinition;
  const instance = new ProviderInstance({
    provider,
    surroundings: { env: { STORE_TOKEN: "store-token-1" }, root: folder.path },
    journal: new Journal(folder.path),
    log: () => undefined,
    stopped: new AbortController().signal,
  });
  const ignore = () => {};
  const served = await serve(provider, instance, ignore, ignore);
  const client = pluginClient(served.port);
  const dispose = () => {
    client.close();
    served.close();
    folder[Symbol.dispose]();
  };
  return { warehouse, client, folder: folder.path, [Symbol.dispose]: dispose };
}
