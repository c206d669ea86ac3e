import { defineProvider, defineResource, type ProviderDefinition } from "@mais/provider-kit";
import { Journal, Preflight, ProviderInstance } from "@mais/provider-kit/plugin";
import { expect, test } from "vitest";
import { z } from "zod";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const VENDORS = ["bakery", "dairy", "mill"] as const;
type Vendor = (typeof VENDORS)[number];

/** Three vendors as one process serves them in one engine run, of which `env` has some credentials. */
function engineRun(env: Record<string, string>) {
  const folder = temporaryFolder();
  const preflight = new Preflight(env);
  const sent: string[] = [];
  const instances = VENDORS.map((name) => {
    const provider = providerOf(name, sent) as unknown as ProviderDefinition;
    const surroundings = { env, root: folder.path };
    const journal = new Journal(folder.path);
    const stopped = new AbortController().signal;
    return [name, new ProviderInstance({ provider, surroundings, journal, log: () => undefined, stopped, preflight })];
  });
  const run = Object.fromEntries(instances) as Record<Vendor, ProviderInstance>;
  const declare = (vendor: Vendor, isNew: boolean, args = {}) => {
    run[vendor].checkConfig(args, isNew ? {} : { account: "ours" });
    run[vendor].configure(args);
  };
  const create = (vendor: Vendor, preview = false) => run[vendor].create(urnOf(vendor), plain, 5, preview);
  return { ...run, sent, declare, create, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

function providerOf(name: Vendor, sent: string[]) {
  const Thing = defineResource(`${name}:index/thing:Thing`, {
    inputs: { name: z.string() },
    outputs: {},
    async create(api: string[]) {
      api.push(`create ${name}`);
      return { id: "1" };
    },
    async read(api: string[]) {
      api.push(`read ${name}`);
      return { name: "main" };
    },
    async delete(api: string[]) {
      api.push(`delete ${name}`);
    },
  });
  const token = `${name.toUpperCase()}_TOKEN`;
  return defineProvider({
    ...{ name, title: name, version: "0.1.0", baseUrl: `https://${name}.invalid`, sandboxPath: `/${name}`, config: {} },
    credentials: { [token]: { about: `opens the ${name}`, getIt: `the ${name}'s office` } },
    connect: () => sent,
    resources: [Thing],
  });
}

const urnOf = (vendor: Vendor) => `urn:pulumi:dev::shop::${vendor}:index/thing:Thing::main`;
const plain = { properties: { name: "main" }, secretPaths: [] };
const existing = (vendor: Vendor) => ({
  ...{ id: "1", urn: urnOf(vendor), oldInputs: plain, oldOutputs: plain, timeoutSeconds: 5 },
});

test("the first write names every credential that the new vendors lack, and nothing is sent", async () => {
  using run = engineRun({ MILL_TOKEN: "m-123456" });
  for (const vendor of VENDORS) run.declare(vendor, true);
  await expect(run.create("mill")).rejects.toThrow(
    'Could not create Thing "main": ' +
      "BAKERY_TOKEN is not set (bakery: opens the bakery; get it from the bakery's office); " +
      "DAIRY_TOKEN is not set (dairy: opens the dairy; get it from the dairy's office). Nothing was sent.",
  );
  expect(run.sent).toEqual([]);
});

test("a vendor that the stack knows already needs no credentials until something of it changes", async () => {
  using run = engineRun({ MILL_TOKEN: "m-123456" });
  run.declare("mill", true);
  run.declare("dairy", false);
  await run.create("mill");
  expect(run.sent).toEqual(["create mill"]);
  await expect(run.dairy.delete(existing("dairy"))).rejects.toThrow(/DAIRY_TOKEN is not set .* Nothing was sent\.$/);
});

test("a new resource of a vendor that the stack knows already counts as well", async () => {
  using run = engineRun({ MILL_TOKEN: "m-123456" });
  run.declare("mill", false);
  run.declare("dairy", false);
  run.dairy.check(urnOf("dairy"), { properties: {}, secretPaths: [] }, plain);
  await expect(run.create("mill")).rejects.toThrow("DAIRY_TOKEN is not set");
  expect(run.sent).toEqual([]);
});

test("a vendor that lacks its own names those that may be needed later beside it", async () => {
  using run = engineRun({});
  run.declare("mill", true);
  run.declare("dairy", false);
  await expect(run.create("mill")).rejects.toThrow(
    /MILL_TOKEN is not set .*\. Nothing was sent\. Needed too, once something changes there: DAIRY_TOKEN is not set/,
  );
});

test("a preview and a run without changes need none; a refresh needs the vendor's own", async () => {
  using run = engineRun({ MILL_TOKEN: "m-123456" });
  for (const vendor of VENDORS) run.declare(vendor, true);
  await run.create("bakery", true);
  expect([...run.dairy.diff(existing("dairy"), plain).changed]).toEqual([]);
  await run.mill.read(existing("mill"));
  expect(run.sent).toEqual(["read mill"]);
  await expect(run.dairy.read(existing("dairy"))).rejects.toThrow("DAIRY_TOKEN is not set");
});

test("on the sandbox no credentials are asked for", async () => {
  using run = engineRun({ MILL_TOKEN: "m-123456" });
  run.declare("mill", true);
  run.declare("dairy", true, { endpoint: "sandbox" });
  await run.create("mill");
  expect(run.sent).toEqual(["create mill"]);
});
