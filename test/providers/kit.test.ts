import { afterEach, beforeEach, expect, test } from "vitest";
import { secret, UNKNOWN_TEXT } from "../helpers/plugin-client.ts";
import { full, type Served, serveWarehouse, URN } from "./kit-warehouse.ts";

let served: Served;
let client: Served["client"];
let warehouse: Served["warehouse"];

beforeEach(async () => {
  served = await serveWarehouse();
  ({ client, warehouse } = served);
});
afterEach(() => served[Symbol.dispose]());

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

test("the schema names resources, secret properties and required inputs", async () => {
  const schema = await client.schema();
  expect(schema.resources?.["store:index/shelf:Shelf"]).toMatchObject({
    requiredInputs: ["region"],
    inputProperties: { password: { type: "string", secret: true }, labels: { type: "object" } },
  });
});

test("the configuration is judged as a whole; a value that is left out or unknown says nothing", async () => {
  expect(await client.checkConfig({ owner: UNKNOWN_TEXT, endpoint: "sandbox" })).toEqual([]);
  const failures = await client.checkConfig({ owner: "you", endpoint: "https://elsewhere", token: "t-1" });
  expect(failures.map(({ property }) => property).sort()).toEqual(["endpoint", "owner", "token"]);
  expect(failures.find(({ property }) => property === "token")?.reason).toContain("Tokens come from the environment");
});
