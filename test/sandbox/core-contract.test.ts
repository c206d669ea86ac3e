import { expect, test } from "vitest";
import type { Exchange } from "../../src/sandbox/server.ts";
import { findBreaches } from "../helpers/contract.ts";
import { decodeForm } from "../helpers/form.ts";

function exchange(given: Partial<Exchange> & Pick<Exchange, "vendor" | "method" | "path">): Exchange {
  return {
    ...{ time: new Date(0), query: new URLSearchParams(), contentType: "", requestText: "", status: 200, ms: 0 },
    ...{ responseJson: undefined, route: `${given.method} ${given.path}`, evidence: "contract" },
    ...given,
  };
}

const owner = { id: "tea-sandbox0000000000000", name: "x", email: "x@example.com", type: "team", ipAllowList: [] };
const owners = { vendor: "render", method: "GET", path: "/v1/owners" };

test("an answer as the contract has it passes, although the server's URL holds the version", () => {
  const responseJson = [{ cursor: "c", owner }];
  expect(findBreaches([exchange({ ...owners, responseJson })])).toEqual([]);
});

test("a wrong type in an answer is found at its place", () => {
  const responseJson = [{ cursor: "c", owner: { ...owner, email: 5 } }];
  expect(findBreaches([exchange({ ...owners, responseJson })])).toMatchObject([
    { operation: "GET /owners", where: "response", at: "/*/owner/email", keyword: "type" },
  ]);
});

test("a query parameter that the contract does not know is found, and so is a success status that it does not list", () => {
  const wrong = { ...owners, query: new URLSearchParams("limit=20&nmae=x"), status: 202 };
  expect(findBreaches([exchange(wrong)]).map(({ where, at }) => [where, at])).toEqual([
    ["query", "nmae"],
    ["status", "202"],
  ]);
});

test("a query parameter with a wrong value is found; text of digits is a number there", () => {
  const query = (text: string) =>
    findBreaches([exchange({ ...owners, responseJson: [], query: new URLSearchParams(text) })]);
  expect(query("limit=20")).toEqual([]);
  expect(query("limit=many")).toMatchObject([{ where: "query", at: "limit", keyword: "type" }]);
});

test("a request that the emulator accepted must keep the contract; one that it refused need not", () => {
  const request = { vendor: "postmark", method: "POST", path: "/servers", requestText: '{"Name":7}' };
  const accepted = findBreaches([exchange({ ...request, responseJson: {} })]);
  expect(accepted.map(({ where, at }) => `${where} ${at}`)).toEqual(
    expect.arrayContaining(["request /Name", "response /ID", "response /Name"]),
  );
  const responseJson = { ErrorCode: 608, Message: "name" };
  expect(findBreaches([exchange({ ...request, status: 422, responseJson })])).toEqual([]);
});

test("the body of a refusal is judged where the contract has it", () => {
  const refusal = {
    vendor: "postmark",
    method: "POST",
    path: "/servers",
    status: 422,
    responseJson: { ErrorCode: "no", Message: "" },
  };
  expect(findBreaches([exchange(refusal)])).toMatchObject([{ where: "response", at: "/ErrorCode" }]);
});

test("a form is decoded before it is judged", () => {
  const prices = { vendor: "stripe", method: "POST", path: "/v1/products", status: 200 };
  const judge = (requestText: string) =>
    findBreaches([exchange({ ...prices, requestText, responseJson: {} })]).filter(({ where }) => where === "request");
  expect(judge("name=x&active=true&metadata[a]=1&marketing_features[0][name]=fast")).toEqual([]);
  expect(judge("name=x&active=perhaps&colour=red")).toMatchObject([
    { keyword: "additionalProperties" },
    { at: "/active", keyword: "type" },
  ]);
});

test("any version of a path finds the contract's", () => {
  const project = { vendor: "vercel", method: "GET", path: "/v77/projects/x", responseJson: [] };
  expect(findBreaches([exchange(project)])).not.toEqual([]);
});

test("a route that claims the contract must be in it; one with weaker evidence is left alone", () => {
  const stray = { vendor: "render", method: "GET", path: "/v1/carts" };
  expect(findBreaches([exchange(stray)])).toMatchObject([{ where: "path", at: "/v1/carts" }]);
  expect(findBreaches([exchange({ ...stray, evidence: "documented" })])).toEqual([]);
});

test("nested names of a form become nested values", () => {
  expect(decodeForm("a[b][c]=1&list[]=x&list[]=y&rows[0][n]=1&rows[1][n]=2&same=1&same=2&plain=%5B")).toEqual({
    ...{ a: { b: { c: "1" } }, list: ["x", "y"], rows: [{ n: "1" }, { n: "2" }] },
    ...{ same: ["1", "2"], plain: "[" },
  });
});
