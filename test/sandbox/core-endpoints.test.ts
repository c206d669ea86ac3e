import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { insertRoutes } from "../../src/sandbox/describe-routes.ts";
import { emulators } from "../../src/sandbox/emulators.ts";
import { ContractDocument } from "../helpers/contract-document.ts";

test("the table of endpoints in docs/sandbox.md is current (node src/sandbox/describe-routes.ts writes it)", () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/sandbox.md"), "utf8");
  expect(insertRoutes(document, emulators)).toBe(document);
});

test.each(emulators)("what $vendor says to rest on the contract is in it", ({ vendor, routes }) => {
  const contract = new ContractDocument(vendor);
  const absent = routes
    .filter(({ evidence }) => evidence === "contract")
    .filter(({ method, path }) => !contract.find(method, path.replace("/v*/", "/v1/")))
    .map(({ method, path }) => `${method} ${path}`);
  expect(absent).toEqual([]);
});

test.each(emulators)("$vendor has no endpoint twice", ({ routes }) => {
  const names = routes.map(({ method, path }) => `${method} ${path.replace(/\{[^}]*\}/g, "{}")}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test.each(emulators)("every source that $vendor cites is a page", ({ routes }) => {
  for (const { source } of routes) if (source !== undefined) expect(source).toMatch(/^https:\/\/\S+$/);
});
