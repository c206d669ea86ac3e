import { defineResource, type ResourceDefinition } from "@mais/provider-kit";
import { expect, test } from "vitest";
import { z } from "zod";
import { resolveKind } from "../../src/ops/import-kind.ts";
import { programOf } from "../../src/ops/import-program.ts";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };

const never = () => Promise.reject(new Error("not called"));
const kind = defineResource("store:index/shelf:Shelf", {
  inputs: {
    name: z.string(),
    size: z.number().optional(),
    tags: z.array(z.string()).optional(),
    variables: z.record(z.string(), z.object({ value: z.string() })).optional(),
    password: z.string(),
  },
  outputs: { url: z.string() },
  secrets: ["password"],
  create: never,
  read: never,
  delete: never,
});
const definition = kind.definition as unknown as ResourceDefinition;
const resource = (inputs: Record<string, unknown>) => ({
  ...{ urn: "urn:pulumi:dev::p::store:index/shelf:Shelf::top-shelf", type: definition.token, inputs, outputs: {} },
});

test("the program has the inputs as they are; secrets and what the vendor does not tell come from config", () => {
  const inputs = {
    name: "top",
    size: 3,
    tags: ["a", "b"],
    variables: { "MY-KEY": { value: SECRET } },
    url: "not an input",
  };
  const { code, configKeys } = programOf(definition, resource(inputs), { name: "top-shelf", hasParent: false });
  expect(code).toBe(
    [
      'import * as pulumi from "@pulumi/pulumi";',
      'import { Shelf } from "@pulumi/store";',
      "",
      'const config = new pulumi.Config("imported");',
      'const topShelf = new Shelf("top-shelf", {',
      '  name: "top",',
      "  size: 3,",
      '  tags: ["a", "b"],',
      "  variables: {",
      '    "MY-KEY": {',
      '      value: config.requireSecret("top-shelf_variables_MY-KEY_value"),',
      "    },",
      "  },",
      '  password: config.requireSecret("top-shelf_password"),',
      '}, { provider: context.provider("store") });',
    ].join("\n"),
  );
  expect(configKeys).toEqual(["imported:top-shelf_variables_MY-KEY_value", "imported:top-shelf_password"]);
});

test("without secrets there is no config, and a parent stands in for the provider", () => {
  const { code, configKeys } = programOf(definition, resource({ name: "top", password: "plain" }), {
    ...{ name: "7", hasParent: true },
  });
  expect(code).toContain('const imported7 = new Shelf("7", {');
  expect(code).toContain("}, { parent: this });");
  expect([code.includes("config"), configKeys]).toEqual([false, []]);
});

test("a type is named by its token, or by vendor and class; a slip gets the nearest", async () => {
  const token = "render:index/webService:WebService";
  expect((await resolveKind(token)).token).toBe(token);
  expect((await resolveKind("render:WebService")).token).toBe(token);
  await expect(resolveKind("render:WebServise")).rejects.toThrow("Did you mean render:WebService?");
  await expect(resolveKind("aws:Bucket")).rejects.toThrow("begins with a vendor");
});
