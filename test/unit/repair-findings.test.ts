import { defineResource, type Found, type ResourceDefinition } from "@mais/provider-kit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { judgeCase, type OpenCase } from "../../src/ops/repair-findings.ts";

const STARTED_AT = Date.parse("2026-03-01T12:00:00.000Z");
const TYPE = "store:index/shelf:Shelf";
const urn = `urn:pulumi:dev::mais-deploy::${TYPE}::main`;

/** Only what a repair asks of a kind; the rest must never be called. */
function shelf(more: object = {}): ResourceDefinition {
  const never = () => Promise.reject(new Error("a repair changes nothing"));
  const base = { inputs: { name: z.string() }, outputs: {}, create: never, read: never, delete: never };
  const kind = defineResource(TYPE, { ...base, find: () => Promise.resolve([]), ...more } as never);
  return kind.definition as unknown as ResourceDefinition;
}

const operation = { type: "creating", resource: { urn, type: TYPE, inputs: { name: "main" }, outputs: {} } };
const entry = { urn, label: "main", nonce: "a".repeat(32), startedAt: STARTED_AT, existing: [] };
const object = (id: string, more: Partial<Found> = {}): Found => ({
  id,
  label: "main",
  createdAt: STARTED_AT,
  ...more,
});

interface AtVendor {
  found?: Found[] | Error;
  exists?: boolean;
  definition?: ResourceDefinition | undefined;
  planned?: Record<string, unknown>;
}

async function judge(open: Partial<OpenCase>, at: AtVendor) {
  const vendors = {
    definition: async () => ("definition" in at ? at.definition : shelf()),
    find: async () => {
      if (at.found instanceof Error) throw at.found;
      return at.found ?? [];
    },
    exists: async () => at.exists ?? false,
  };
  const whole: OpenCase = { urn, type: TYPE, operations: [], entry: undefined, known: undefined, ...open };
  return await judgeCase(whole, { vendors, stack: "dev", programInputs: async () => at.planned });
}

describe("what an interrupted create became", () => {
  test("two objects bear the name and one is ours: it stays open, and nothing is dropped", async () => {
    const old = object("shelf-1", { createdAt: STARTED_AT - 3_600_000 });
    const finding = await judge({ operations: [operation], entry }, { found: [old, object("shelf-2")] });
    expect(finding).toMatchObject({ verdict: "unclear", drops: { operations: false, entry: false } });
    expect(finding.vendorHas).toContain("shelf-1");
    expect(finding.vendorHas).toContain("shelf-2");
  });

  test("an object with another create's marker is not ours, however young", async () => {
    const finding = await judge(
      { entry },
      { found: [object("shelf-1", { nonce: "b".repeat(32) })], planned: { name: "main" } },
    );
    expect(finding).toMatchObject({ verdict: "foreign", open: ["journal"], drops: { operations: false, entry: true } });
    expect(finding.next).toContain(`mais import ${TYPE} main shelf-1`);
  });

  test("a secret that is shown once is said to be made anew", async () => {
    const at = { found: [object("shelf-1")], definition: shelf({ shownOnce: true }) };
    const finding = await judge({ operations: [operation], entry }, at);
    expect(finding).toMatchObject({ verdict: "adopt", drops: { operations: true, entry: false } });
    expect(finding.meaning).toContain("deletes it and makes it anew");
  });

  test("the old half of a replacement, which state has, is no result of the create", async () => {
    const known = { urn, type: TYPE, id: "shelf-1", inputs: {}, outputs: {} };
    const finding = await judge({ operations: [operation], entry, known }, { found: [object("shelf-1")] });
    expect(finding).toMatchObject({ verdict: "absent", drops: { operations: true, entry: true } });
  });

  test("a vendor that cannot be asked leaves everything open, with the reason", async () => {
    const finding = await judge({ operations: [operation], entry }, { found: new Error("503 from the store") });
    expect(finding).toMatchObject({ verdict: "unclear", drops: { operations: false, entry: false } });
    expect(finding.vendorHas).toContain("503 from the store");
  });

  test("an entry of a resource that the program no longer has stays, and says by which name to look", async () => {
    const finding = await judge({ entry }, {});
    expect(finding).toMatchObject({ verdict: "unclear", drops: { operations: false, entry: false } });
    expect(finding.vendorHas).toContain('"main"');
  });

  test("a kind of another provider is left to a person", async () => {
    const finding = await judge({ operations: [operation] }, { definition: undefined });
    expect(finding).toMatchObject({ verdict: "unclear", drops: { operations: false } });
    expect(finding.next).toContain("refresh --clear-pending-creates --stack dev");
  });

  test("a component lives in the state alone", async () => {
    const component = { ...operation, resource: { ...operation.resource, custom: false } };
    expect(await judge({ operations: [component] }, { definition: undefined })).toMatchObject({
      ...{ verdict: "settled", drops: { operations: true, entry: false } },
    });
  });
});
