import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Storage } from "../../src/sandbox/storage.ts";
import { UserError } from "../../src/user-error.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

function itemsOf(storage: Storage) {
  const store = storage.stores.get("shop");
  if (!store) throw new Error("no shop");
  return store.collection<{ name: string }>("items");
}

test("objects, the counter of ids, the clock and the ports come back", async () => {
  using folder = temporaryFolder();
  const first = Storage.open(folder.path, ["shop"]);
  const given = [first.ids.text(8), first.ids.text(8)];
  itemsOf(first).set("a", { name: "x" });
  first.clock.advance(3_600_000);
  first.servicePorts.set("srv-1", 4_711);
  await first.save("shop");
  const second = Storage.open(folder.path, ["shop"]);
  expect(itemsOf(second).get("a")).toEqual({ name: "x" });
  expect(given).not.toContain(second.ids.text(8));
  expect(second.clock.ahead).toBe(3_600_000);
  expect(second.servicePorts.get("srv-1")).toBe(4_711);
});

test("its files are for the owner alone", async () => {
  using folder = temporaryFolder();
  await Storage.open(folder.path, ["shop"]).saveAll();
  const mode = (path: string) => (statSync(join(folder.path, path)).mode & 0o777).toString(8);
  expect([mode("store"), mode("store/shop.json"), mode("store/world.json")]).toEqual(["700", "600", "600"]);
});

test.each(["shop", "world"])("a damaged %s file is named with the way out, and left as it is", async (name) => {
  using folder = temporaryFolder();
  await Storage.open(folder.path, ["shop"]).saveAll();
  const file = join(folder.path, "store", `${name}.json`);
  for (const text of ['{"schema":"mais.sandbox', '{"schema":"another/1"}', ""]) {
    writeFileSync(file, text);
    const opening = () => Storage.open(folder.path, ["shop"]);
    expect(opening).toThrow(UserError);
    expect(opening).toThrow(file);
    expect(readFileSync(file, "utf8")).toBe(text);
  }
  const refusal = catchError(() => Storage.open(folder.path, ["shop"]));
  expect(refusal instanceof UserError && refusal.advice.join(" ")).toContain("mais sandbox reset");
});

test("what did not change is not written again", async () => {
  using folder = temporaryFolder();
  const storage = Storage.open(folder.path, ["shop"]);
  itemsOf(storage).set("a", { name: "x" });
  await storage.save("shop");
  const file = join(folder.path, "store", "shop.json");
  const { ino } = statSync(file);
  await storage.save("shop");
  expect(statSync(file).ino).toBe(ino);
  itemsOf(storage).set("a", { name: "y" });
  await storage.save("shop");
  expect(JSON.parse(readFileSync(file, "utf8")).data).toEqual({ items: { a: { name: "y" } } });
});

test("each of many changes at once is on disk when its own save resolves", async () => {
  using folder = temporaryFolder();
  const storage = Storage.open(folder.path, ["shop"]);
  const file = join(folder.path, "store", "shop.json");
  const saves = Array.from({ length: 300 }, async (_, index) => {
    itemsOf(storage).set(`i${index}`, { name: `${index}` });
    await storage.save("shop");
    return JSON.parse(readFileSync(file, "utf8")).data.items[`i${index}`];
  });
  expect(await Promise.all(saves)).toEqual(Array.from({ length: 300 }, (_, index) => ({ name: `${index}` })));
});

test("a dump is a copy, and loading it brings everything back", async () => {
  using folder = temporaryFolder();
  const storage = Storage.open(folder.path, ["shop"]);
  itemsOf(storage).set("a", { name: "x" });
  const dump = storage.dump();
  const next = storage.ids.text(8);
  itemsOf(storage).set("b", { name: "y" });
  storage.load(dump);
  expect(itemsOf(storage).list()).toEqual([{ name: "x" }]);
  expect(storage.ids.text(8)).toBe(next);
});

test("after a reset everything is empty and no id comes back", async () => {
  using folder = temporaryFolder();
  const storage = Storage.open(folder.path, ["shop"]);
  const given = storage.ids.text(8);
  itemsOf(storage).set("a", { name: "x" });
  storage.clear();
  expect(itemsOf(storage).list()).toEqual([]);
  expect(storage.ids.text(8)).not.toBe(given);
});

function catchError(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
