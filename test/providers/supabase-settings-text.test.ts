import { expect, test } from "vitest";
import {
  changedKeys,
  describeAll,
  describeLive,
  isPartOf,
  parseObject,
} from "../../packages/supabase/settings-text.ts";

test.each([
  ["other units of size", '{"work_mem":"64MB"}', { work_mem: "65536kB" }],
  ["other units of time", '{"statement_timeout":"1min"}', { statement_timeout: "60000ms" }],
  ["other blanks in a list", '{"db_schema":"public, graphql_public"}', { db_schema: "public,graphql_public" }],
  ["another order of addresses", '{"restrictions":["::/0","0.0.0.0/0"]}', { restrictions: ["0.0.0.0/0", "::/0"] }],
  ["keys that nobody wrote", '{"jwt_exp": 60}', { jwt_exp: 60, site_url: "https://mais.example" }],
  ["a secret that comes back hashed", '{"smtp_pass":"a-mail-password"}', { smtp_pass: "9f86d081" }],
  ["a key that is never answered", '{"restart_database":true}', {}],
  [
    "inner keys that nobody wrote",
    '{"features":{"a":{"enabled":true}}}',
    { features: { a: { enabled: true, max: 3 }, b: {} } },
  ],
])("%s are no difference: the text stays as it was written", (_, written, live) => {
  expect(describeLive(written, live)).toBe(written);
});

test.each([
  ["a size", '{"work_mem":"64MB"}', { work_mem: "32MB" }, '{"work_mem":"32MB"}'],
  ["a size that is a time", '{"a":"1s"}', { a: "1MB" }, '{"a":"1MB"}'],
  ["a plain number", '{"a":"60"}', { a: 60 }, '{"a":60}'],
  ["one of two", '{"a":1,"b":2}', { a: 1, b: 3 }, '{"a":1,"b":3}'],
  [
    "an inner key",
    '{"f":{"a":{"enabled":true}}}',
    { f: { a: { enabled: false, max: 3 } } },
    '{"f":{"a":{"enabled":false}}}',
  ],
  ["one address less", '{"r":["::/0","0.0.0.0/0"]}', { r: ["::/0"] }, '{"r":["::/0"]}'],
  ["a secret that was taken away", '{"smtp_pass":"x"}', { smtp_pass: null }, '{"smtp_pass":null}'],
])("%s that differs is shown as it is live", (_, written, live, shown) => {
  expect(describeLive(written, live)).toBe(shown);
});

test("only changed keys are sent, and an import writes neither hashes nor what is unset", () => {
  expect(changedKeys({ a: 1, b: [1], c: 3 }, { a: 1, b: [2] })).toEqual({ b: [1], c: 3 });
  expect(describeAll({ site_url: "x", smtp_pass: "hash", smtp_host: null, hook_send_sms_secrets: "hash" })).toBe(
    '{"site_url":"x"}',
  );
});

test("a text that is no JSON object is none", () => {
  for (const text of ["", "[]", "null", "7", '"a"', "{"]) expect(parseObject(text)).toBeUndefined();
});

test.each([
  ["fewer keys", '{"a":1,"f":{"x":true,"y":2}}', '{"f":{"x":true}}', true],
  ["another spelling", '{"t":"1min","l":"a,b"}', '{"t":"60s","l":"a, b"}', true],
  ["another value", '{"a":1}', '{"a":2}', false],
  ["a new key", '{"a":1}', '{"a":1,"b":2}', false],
  ["another secret", '{"smtp_pass":"1s"}', '{"smtp_pass":"1000ms"}', false],
  ["no text any more", '{"a":1}', undefined, false],
])("%s, compared with the text before", (_, old, next, same) => {
  expect(isPartOf(old, next)).toBe(same);
});
