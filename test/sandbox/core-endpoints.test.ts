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

/** What Render's contract has and no resource, function or command of ours asks for. */
const NOT_AT_RENDER = [
  "GET /logs/subscribe", // a WebSocket
  "GET /metrics/active-connections",
  "GET /metrics/bandwidth-sources",
  "GET /metrics/filters/http",
  "GET /metrics/filters/path",
];

test("what Render's contract has is emulated, but for what is named here", () => {
  const render = emulators.find(({ vendor }) => vendor === "render");
  const served = new Set(render?.routes.map(({ method, path }) => `${method} ${anonymous(path.slice("/v1".length))}`));
  const absent = new ContractDocument("render").names().filter((name) => !served.has(anonymous(name)));
  expect(absent.sort()).toEqual(NOT_AT_RENDER);
});

function anonymous(path: string): string {
  return path.replace(/\{[^}]*\}/g, "{}");
}

test.each(emulators)("$vendor has no endpoint twice", ({ routes }) => {
  const names = routes.map(({ method, path }) => `${method} ${path.replace(/\{[^}]*\}/g, "{}")}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test.each(emulators)("every source that $vendor cites is a page", ({ routes }) => {
  for (const { source } of routes) if (source !== undefined) expect(source).toMatch(/^https:\/\/\S+$/);
});
