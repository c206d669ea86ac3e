import { defineProvider, defineResource, type ProviderDefinition } from "@mais/provider-kit";
import { Journal, ProviderInstance } from "@mais/provider-kit/plugin";
import { expect, test } from "vitest";
import { z } from "zod";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const URN = "urn:pulumi:dev::shop::store:index/crate:Crate::main";

/** What the vendor was asked, and the crate as it has it. */
interface Yard {
  calls: unknown[];
  crate: { name: string; litres: number; lock: string };
}

/** The third form of its state: `title` became `name`, then `size` became litres, a number. */
const Crate = defineResource("store:index/crate:Crate", {
  inputs: { name: z.string(), litres: z.number(), lock: z.string().optional(), place: z.string().optional() },
  outputs: { token: z.string() },
  secrets: ["token"],
  replaceOn: ["place"],
  dataBearing: true,
  upgradeState: [
    {
      inputs: ({ title, ...rest }) => ({ ...rest, name: title }),
      outputs: ({ secretKey, ...rest }) => ({ ...rest, token: secretKey }),
    },
    { inputs: ({ size, code, ...rest }) => ({ ...rest, litres: Number(size), lock: `lock ${code}` }) },
  ],
  async create() {
    return { id: "crate-1", token: "tok-123456" };
  },
  async read(api: Yard, _id, { inputs, outputs }) {
    api.calls.push({ read: { inputs, outputs } });
    return { ...api.crate, ...outputs };
  },
  async update(api: Yard, _id, inputs, { olds, outputs, changed }) {
    api.calls.push({ update: { inputs, olds, outputs, changed: [...changed] } });
    return {};
  },
  async delete(api: Yard, _id, { inputs, outputs }) {
    api.calls.push({ delete: { inputs, outputs } });
  },
});

function rig() {
  const folder = temporaryFolder();
  const api: Yard = { calls: [], crate: { name: "main", litres: 3, lock: "lock 4711-a" } };
  const provider = defineProvider({
    ...{ name: "store", title: "Yard", version: "0.1.0", baseUrl: "https://yard.invalid", sandboxPath: "/store" },
    ...{ config: {}, credentials: {}, connect: () => api, resources: [Crate] },
  }) as unknown as ProviderDefinition;
  const instance = new ProviderInstance({
    ...{ provider, surroundings: { env: {}, root: folder.path }, journal: new Journal(folder.path) },
    ...{ log: () => undefined, stopped: new AbortController().signal },
  });
  return { api, instance, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const plain = (properties: Record<string, unknown>) => ({ properties, secretPaths: [] });
/** As version 1 left it: no mark of a version, and a code that the program had marked as secret. */
const first = {
  ...{ id: "crate-1", urn: URN, timeoutSeconds: 5 },
  oldInputs: { properties: { title: "main", size: "3", code: "4711-a" }, secretPaths: [["code"]] },
  oldOutputs: {
    properties: { title: "main", size: "3", code: "4711-a", secretKey: "key-123456" },
    secretPaths: [["code"], ["secretKey"]],
  },
};
const today = { name: "main", litres: 3, lock: "lock 4711-a" };

test("state of the first version plans as empty, step by step up to today's form", async () => {
  using it = rig();
  const { inputs, problems } = it.instance.check(URN, first.oldInputs, plain(today));
  expect(problems).toEqual([]);
  expect(inputs).toEqual({ ...today, __stateVersion: 3 });
  expect([...it.instance.diff(first, plain(inputs)).changed]).toEqual([]);
  expect([...it.instance.diff(first, plain({ ...inputs, litres: 4 })).changed]).toEqual(["litres"]);
});

test("state of the second version takes only the step that it lacks", () => {
  using it = rig();
  const second = { name: "main", size: "3", code: "4711-a", __stateVersion: 2 };
  const news = plain({ ...today, __stateVersion: 3 });
  expect([...it.instance.diff({ ...first, oldInputs: plain(second) }, news).changed]).toEqual([]);
});

test("inputs that a run without changes has renewed stand beside older outputs", async () => {
  using it = rig();
  const mixed = { ...first, oldInputs: plain({ ...today, __stateVersion: 3 }) };
  expect([...it.instance.diff(mixed, mixed.oldInputs).changed]).toEqual([]);
  await it.instance.delete(mixed);
  expect(it.api.calls).toEqual([{ delete: { inputs: today, outputs: { token: "key-123456" } } }]);
});

test("refresh, update and delete start from the upgraded state, and what they leave is marked", async () => {
  using it = rig();
  const read = await it.instance.read(first);
  expect(read?.inputs.properties).toEqual({ ...today, __stateVersion: 3 });
  expect(read?.outputs.properties).toEqual({ ...today, token: "key-123456", __stateVersion: 3 });
  const news = plain({ ...today, litres: 4, __stateVersion: 3 });
  expect((await it.instance.update(first, news, false)).properties).toEqual({
    ...{ ...today, litres: 4, token: "key-123456", __stateVersion: 3 },
  });
  await it.instance.delete(first);
  const outputs = { token: "key-123456" };
  expect(it.api.calls).toEqual([
    { read: { inputs: today, outputs } },
    { update: { inputs: { ...today, litres: 4 }, olds: today, outputs, changed: ["litres"] } },
    { delete: { inputs: today, outputs } },
  ]);
});

test("a value that was secret stays so under its new name, also inside a longer one", async () => {
  using it = rig();
  const read = await it.instance.read(first);
  expect(read?.inputs.secretPaths).toContainEqual(["lock"]);
  expect(read?.outputs.secretPaths).toContainEqual(["lock"]);
});

test("the guard over data compares with the upgraded state", () => {
  using it = rig();
  const olds = { ...first.oldInputs.properties, place: "north" };
  const moved = it.instance.check(URN, plain(olds), plain({ ...today, place: "south" }));
  expect(moved.problems.map(({ property }) => property)).toEqual(["place"]);
});

test("state of a newer release is refused by every operation, which says what to do", async () => {
  using it = rig();
  const newer = { ...first, oldInputs: plain({ ...today, __stateVersion: 4 }) };
  const message = /^Crate "main" was last written by a newer mais-deploy: its state has version 4.*Update mais-deploy/;
  expect(() => it.instance.check(URN, newer.oldInputs, plain(today))).toThrow(message);
  expect(() => it.instance.diff(newer, plain(today))).toThrow(message);
  await expect(it.instance.read(newer)).rejects.toThrow(message);
  await expect(it.instance.update(newer, plain(today), false)).rejects.toThrow(message);
  await expect(it.instance.delete(newer)).rejects.toThrow(message);
  expect(it.api.calls).toEqual([]);
});

test("an import takes no step: nothing is stored yet", async () => {
  using it = rig();
  const nothing = { ...first, oldInputs: plain({}), oldOutputs: plain({}) };
  expect((await it.instance.read(nothing))?.inputs.properties).toEqual({ ...today, __stateVersion: 3 });
});
