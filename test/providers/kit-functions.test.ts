import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineFunction, defineProvider, type ProviderDefinition, Refused } from "@mais/provider-kit";
import { Journal, ProviderInstance, serve } from "@mais/provider-kit/plugin";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { pluginClient, secret } from "../helpers/plugin-client.ts";

interface Porter {
  keys(door: string): { name: string; code: string }[];
}

const getKeys = defineFunction("store:index/getKeys:getKeys", {
  inputs: { door: z.string().min(2), floor: z.number().int().default(0), pin: z.string().optional() },
  outputs: {
    label: z.string(),
    master: z.string(),
    keys: z.array(z.object({ name: z.string(), code: z.string() })),
    note: z.string().optional(),
  },
  secrets: ["master", "keys.*.code"],
  async run(api: Porter, { door, floor, pin }, { signal }) {
    signal.throwIfAborted();
    if (door === "locked") throw new Error(`the porter does not accept ${pin}`);
    return { label: `${door} on floor ${floor}`, master: "m-123456", keys: api.keys(door) };
  },
});
const TOKEN = getKeys.definition.token;

let folder: string;
let client: ReturnType<typeof pluginClient>;
let close: () => void;
let asked: string[];
let welcome: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "kit-functions-"));
  asked = [];
  welcome = true;
  const porter: Porter = {
    keys(door) {
      asked.push(door);
      return [{ name: "front", code: "c-1" }];
    },
  };
  const provider = defineProvider<Porter>({
    name: "store",
    title: "Warehouse",
    version: "0.1.0",
    baseUrl: "https://warehouse.invalid",
    sandboxPath: "/store",
    config: {},
    credentials: { STORE_TOKEN: { about: "opens the warehouse", getIt: "the porter" } },
    connect: () => porter,
    async verifyAccount() {
      if (!welcome) throw new Refused("STORE_TOKEN opens another warehouse");
    },
    resources: [],
    invokes: [getKeys],
  }) as unknown as ProviderDefinition;
  const instance = new ProviderInstance({
    provider,
    surroundings: { env: { STORE_TOKEN: "store-token-1" }, root: folder },
    journal: new Journal(folder),
    log: () => undefined,
    stopped: new AbortController().signal,
  });
  const ignore = () => {};
  const served = await serve(provider, instance, ignore, ignore);
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

test("a function answers with defaults filled in and its secrets marked, at every depth", async () => {
  expect(await client.invoke(TOKEN, { door: "east" })).toEqual({
    failures: [],
    answer: {
      label: "east on floor 0",
      master: secret("m-123456"),
      keys: [{ name: "front", code: secret("c-1") }],
    },
  });
});

test("every problem with the arguments is named at once, and nothing is asked", async () => {
  const { failures } = await client.invoke(TOKEN, { door: "e", floor: 1.5, dor: "east" });
  expect(failures.map(({ property }) => property)).toEqual(["door", "floor", "dor"]);
  expect(failures.at(-1)?.reason).toBe('is not an argument of this function; did you mean "door"?');
  expect((await client.invoke(TOKEN, {})).failures).toEqual([{ property: "door", reason: "is required" }]);
  expect(asked).toEqual([]);
});

test("a function is answered only to credentials of the configured account", async () => {
  welcome = false;
  await expect(client.invoke(TOKEN, { door: "east" })).rejects.toThrow(
    `Could not call ${TOKEN}: STORE_TOKEN opens another warehouse`,
  );
  expect(asked).toEqual([]);
});

test("a failure hides what came in as a secret", async () => {
  const failing = client.invoke(TOKEN, { door: "locked", pin: secret("pin-4711") });
  await expect(failing).rejects.toThrow("the porter does not accept [secret]");
});

test("an unknown function is refused with the names of those that exist", async () => {
  await expect(client.invoke("store:index/getDoor:getDoor", {})).rejects.toThrow(`It has: ${TOKEN}.`);
});

test("the schema tells a function's arguments and answer", async () => {
  const { functions } = await client.schema();
  expect(functions?.[TOKEN]).toEqual({
    inputs: {
      type: "object",
      properties: { door: { type: "string" }, floor: { type: "integer" }, pin: { type: "string" } },
      required: ["door"],
    },
    outputs: {
      type: "object",
      properties: {
        label: { type: "string" },
        master: { type: "string", secret: true },
        keys: { type: "array", items: { $ref: expect.stringContaining("store:index/getKeysResultKeys") } },
        note: { type: "string" },
      },
      required: ["label", "master", "keys"],
    },
  });
});

test("programs call it typed, with outputs as arguments, and ask for our plugin's version", async () => {
  const calls: unknown[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call(args) {
      calls.push(args);
      return { label: "east on floor 0", master: "m-123456", keys: [] };
    },
  });
  const answer = getKeys({ door: pulumi.output("east") });
  expectTypeOf(answer.label).toEqualTypeOf<pulumi.Output<string>>();
  expectTypeOf(getKeys).parameter(0).toHaveProperty("door").toEqualTypeOf<pulumi.Input<string>>();
  // @ts-expect-error -- a required argument is missing
  const missing: Parameters<typeof getKeys>[0] = { floor: 1 };
  expect(missing).toEqual({ floor: 1 });
  expect(await new Promise((settle) => answer.label.apply(settle))).toBe("east on floor 0");
  expect(calls).toEqual([expect.objectContaining({ token: TOKEN, inputs: { door: "east" } })]);
});
