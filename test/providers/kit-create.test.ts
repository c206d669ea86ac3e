import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { secret } from "../helpers/plugin-client.ts";
import { full, type Served, serveWarehouse, URN } from "./kit-warehouse.ts";

let served: Served;
let client: Served["client"];
let warehouse: Served["warehouse"];

beforeEach(async () => {
  served = await serveWarehouse();
  ({ client, warehouse } = served);
});
afterEach(() => served[Symbol.dispose]());

const journal = () => readdirSync(served.folder);

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

test("after a lost answer the error says that the outcome is open; a refusal of our own says only itself", async () => {
  warehouse.loseAnswer = true;
  await expect(client.create(URN, full)).rejects.toThrow(
    'connection cut. Whether it was made is open: run the same command again, which looks for "main" first',
  );
  warehouse.shelves.clear();
  warehouse.ours = false;
  await expect(client.create(URN, full)).rejects.toThrow(/: This warehouse is not ours$/);
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

test("deleting twice succeeds", async () => {
  const { id, properties } = await client.create(URN, full);
  await client.delete(URN, id, full, properties);
  await client.delete(URN, id, full, properties);
  expect(warehouse.shelves.size).toBe(0);
});

test("the journal holds no secret", async () => {
  await client.create(URN, { ...full, password: secret("hunter22-canary") });
  expect(
    journal()
      .map((name) => readFileSync(join(served.folder, name), "utf8"))
      .join(""),
  ).not.toContain("hunter22-canary");
});
