import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ApiError,
  defineProvider,
  defineResource,
  orAbsent,
  PartialFailure,
  type ProviderDefinition,
} from "@mais/provider-kit";
import { Journal, ProviderInstance, serve } from "@mais/provider-kit/plugin";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { pluginClient, secret, UNKNOWN_TEXT } from "../helpers/plugin-client.ts";

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

class Warehouse {
  readonly shelves = new Map<string, Shelf>();
  calls = 0;
  loseAnswer = false;
  refuseNextStep = false;
  unfinished = false;

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

const URN = "urn:pulumi:dev::shop::store:index/shelf:Shelf::main";
let warehouse: Warehouse;
let folder: string;
let close: () => void;
let client: ReturnType<typeof pluginClient>;

beforeEach(async () => {
  warehouse = new Warehouse();
  folder = mkdtempSync(join(tmpdir(), "kit-"));
  const provider = defineProvider({
    name: "store",
    title: "Warehouse",
    version: "0.1.0",
    baseUrl: "https://warehouse.invalid",
    sandboxPath: "/store",
    config: { owner: z.string().optional() },
    credentials: { STORE_TOKEN: { about: "opens the warehouse", getIt: "the porter" } },
    connect: () => warehouse,
    resources: [ShelfResource],
  }) as unknown as ProviderDefinition;
  const surroundings = { env: { STORE_TOKEN: "store-token-1" }, root: folder };
  const instance = new ProviderInstance({
    provider,
    surroundings,
    journal: new Journal(folder),
    log: () => undefined,
    stopped: new AbortController().signal,
  });
  const served = await serve(
    provider,
    instance,
    () => {},
    () => {},
  );
  client = pluginClient(served.port);
  close = () => {
    client.close();
    served.close();
  };
});
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

const journal = () => readdirSync(folder);
const full = { name: "main", region: "north", size: 1 };

test("check fills in defaults and the automatic name, and keeps secrets marked", async () => {
  const { inputs, failures } = await client.check(URN, {
    region: "north",
    password: "hunter22",
    labels: { A: { value: secret("x") } },
  });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({
    name: "shop-dev-main",
    region: "north",
    size: 1,
    password: secret("hunter22"),
    labels: { A: { value: secret("x") } },
  });
});

test("a part of each element can always be secret", async () => {
  const { inputs } = await client.check(URN, { ...full, notes: [{ text: "a" }, { text: UNKNOWN_TEXT }] });
  expect(inputs.notes).toEqual([{ text: secret("a") }, { text: secret(UNKNOWN_TEXT) }]);
});

test("check names every problem at once, and the property that was probably meant", async () => {
  const { failures } = await client.check(URN, { regoin: "north", size: "big", labels: { A: {} } });
  expect(failures.map(({ property }) => property).sort()).toEqual(["labels.A.value", "region", "regoin", "size"]);
  expect(failures.find(({ property }) => property === "regoin")?.reason).toContain('did you mean "region"?');
});

test("check passes unknown values, whole and nested, and still judges what stands beside them", async () => {
  const unknowns = { name: UNKNOWN_TEXT, region: "north", labels: { A: { value: UNKNOWN_TEXT } } };
  const good = await client.check(URN, unknowns);
  expect(good.failures).toEqual([]);
  expect(good.inputs).toEqual({ ...unknowns, size: 1 });
  const bad = await client.check(URN, {
    ...unknowns,
    size: 1.5,
    labels: { A: { value: UNKNOWN_TEXT }, B: { value: 7 } },
  });
  expect(bad.failures.map(({ property }) => property).sort()).toEqual(["labels.B.value", "size"]);
});

test("a change that would replace data is refused until replaceData names the object", async () => {
  const refused = await client.check(URN, { ...full, region: "south" }, full);
  expect(refused.failures).toEqual([
    { property: "region", reason: expect.stringContaining('set replaceData: "main"') },
  ]);
  const allowed = await client.check(URN, { ...full, region: "south", replaceData: "main" }, full);
  expect(allowed.failures).toEqual([]);
});

test("diff tells add, update, delete and replacement apart, by path, and ignores an order without meaning", async () => {
  const olds = { ...full, tags: ["a", "b"], labels: { A: { value: "1" }, B: { value: "2" } } };
  expect((await client.diff(URN, "shelf-1", olds, { ...olds, tags: ["b", "a"] })).some).toBe(false);
  const diff = await client.diff(URN, "shelf-1", olds, {
    name: "main",
    region: "south",
    size: 2,
    labels: { A: { value: "9" }, C: { value: "3" } },
  });
  expect(diff.detailed).toEqual({ region: 5, size: 4, tags: 2, "labels.A.value": 4, "labels.B": 2, "labels.C": 0 });
  expect(diff.replaces).toEqual(["region"]);
  expect(diff.deleteBeforeReplace).toBe(true);
});

test("a preview makes no call; outputs are unknown and inputs known", async () => {
  const { properties } = await client.create(URN, full, { preview: true });
  expect(properties).toEqual({ ...full, address: UNKNOWN_TEXT, token: secret(UNKNOWN_TEXT) });
  const updated = await client.update(
    URN,
    "shelf-1",
    full,
    { ...full, address: "a", token: secret("t") },
    { ...full, password: secret("new-one") },
    true,
  );
  expect(updated).toEqual({ ...full, password: secret("new-one"), address: "a", token: secret(UNKNOWN_TEXT) });
  expect(warehouse.calls).toBe(0);
});

test("create answers outputs with secrets marked and settles its journal entry once the engine names the id", async () => {
  const { id, properties } = await client.create(URN, full);
  expect(properties).toEqual({ ...full, address: "main.store", token: secret("tok-123456") });
  expect(journal()).toHaveLength(1);
  await client.diff(URN, id, full, full);
  expect(journal()).toEqual([]);
});

test("an object whose create answer was lost is adopted by the next run, not made twice", async () => {
  warehouse.loseAnswer = true;
  await expect(client.create(URN, full)).rejects.toThrow("connection cut");
  warehouse.loseAnswer = false;
  const { id } = await client.create(URN, { ...full, size: 3 });
  expect([...warehouse.shelves.values()]).toEqual([expect.objectContaining({ id, size: 3 })]);
});

test("an object whose create was refused at a later step is adopted by the next run", async () => {
  warehouse.refuseNextStep = true;
  await expect(client.create(URN, full)).rejects.toThrow("token expired");
  warehouse.refuseNextStep = false;
  const { id } = await client.create(URN, full);
  expect([...warehouse.shelves.keys()]).toEqual([id]);
});

test("somebody else's object of the same name is refused, untouched, with the import command", async () => {
  await warehouse.add({ name: "main", size: 7 });
  await expect(client.create(URN, full)).rejects.toThrow("import store:index/shelf:Shelf main shelf-1");
  expect([...warehouse.shelves.values()]).toEqual([expect.objectContaining({ size: 7 })]);
  expect(journal()).toEqual([]);
});

test("an interrupted create does not adopt an object that was there before", async () => {
  warehouse.loseAnswer = true;
  await expect(client.create(URN, full)).rejects.toThrow();
  warehouse.shelves.clear();
  warehouse.shelves.set("old", { id: "old", name: "main", size: 1, createdAt: 0 });
  await expect(client.create(URN, full)).rejects.toThrow("was not made by this stack");
});

test("a refusal names the attempt, hides the secret and leaves no journal entry", async () => {
  const failing = client.create(URN, { ...full, name: "refused", password: secret("hunter22") });
  await expect(failing).rejects.toThrow(
    'Could not create Shelf "main": Warehouse answered 422 to POST /shelves: no room for [secret]',
  );
  expect(journal()).toEqual([]);
});

test("a half-made object is returned with its id, properties and redacted reasons", async () => {
  warehouse.unfinished = true;
  const failing = client.create(URN, { ...full, password: secret("hunter22") });
  const error = await failing.then(
    () => undefined,
    (thrown: { details: string; metadata: { get(key: string): Buffer[] } }) => thrown,
  );
  expect(error?.details).toBe("the door of [secret] sticks");
  expect(error?.metadata.get("grpc-status-details-bin")[0]?.includes("shelf-1")).toBe(true);
});

test("refresh sees outside changes of managed fields only, keeps write-only values, and sees deletion", async () => {
  const inputs = { ...full, tags: ["a", "b"], password: secret("hunter22") };
  const { id, properties } = await client.create(URN, inputs);
  const untouched = await client.read(URN, id, inputs, properties);
  expect(untouched.inputs).toEqual(inputs);
  const shelf = warehouse.shelves.get(id);
  if (shelf) Object.assign(shelf, { size: 9, labels: { Z: { value: "not ours" } } });
  expect((await client.read(URN, id, inputs, properties)).inputs).toEqual({ ...inputs, size: 9 });
  warehouse.shelves.clear();
  expect((await client.read(URN, id, inputs, properties)).id).toBe("");
});

test("import answers everything that is live", async () => {
  const { id } = await warehouse.add({ name: "main", size: 4 });
  const { inputs } = await client.read(URN, id);
  expect(inputs).toEqual({ name: "main", size: 4, region: "north", tags: ["b", "a"] });
});

test("deleting twice succeeds", async () => {
  const { id, properties } = await client.create(URN, full);
  await client.delete(URN, id, full, properties);
  await client.delete(URN, id, full, properties);
  expect(warehouse.shelves.size).toBe(0);
});

test("the schema names resources, secret properties and required inputs", async () => {
  const schema = await client.schema();
  expect(schema.resources?.["store:index/shelf:Shelf"]).toMatchObject({
    requiredInputs: ["region"],
    inputProperties: { password: { type: "string", secret: true }, labels: { type: "object" } },
  });
});

test("the journal holds no secret", async () => {
  await client.create(URN, { ...full, password: secret("hunter22-canary") });
  expect(
    journal()
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join(""),
  ).not.toContain("hunter22-canary");
});
