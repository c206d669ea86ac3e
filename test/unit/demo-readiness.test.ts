import { expect, test } from "vitest";
import { judgeReadiness } from "../../src/ops/demo-databases.ts";

const url = "http://127.0.0.1:4000";
const probe = (path: string, status: number | undefined) => ({
  ...{ url: `${url}${path}`, status, ok: status === 200, ms: 3, says: undefined, problem: undefined },
});
const lacking = { postgres: false, redis: true };
const all = { postgres: true, redis: true };
const judge = (statuses: [number | undefined, number | undefined], databases = lacking, obstacles: string[] = []) => {
  const [live, ready] = statuses;
  const probes = [probe("/health", live), probe("/health/ready", ready)];
  return judgeReadiness({ probes, readyPath: "/health/ready", databases, obstacles });
};

test("an API that is not ready for want of a database is no fault, and is told what is missing and how to get it", () => {
  const obstacle = "There is no PostgreSQL server here. Debian: apt-get install postgresql";
  expect(judge([200, 503], lacking, [obstacle])).toEqual({
    ok: true,
    notes: [
      "The API lives and is not ready (503): this sandbox runs no PostgreSQL.",
      obstacle,
      "Then begin anew: npx mais sandbox stop; npx mais sandbox reset; npm run demo",
    ],
  });
  expect(judge([200, 503], { postgres: false, redis: false }).notes).toEqual([
    "The API lives and is not ready (503): this sandbox runs no PostgreSQL and no Redis.",
    "Begin anew: npx mais sandbox stop; npx mais sandbox reset; npm run demo",
  ]);
});

test.each([
  ["all is well", [200, 200], all, true],
  ["all is well without databases", [200, 200], lacking, true],
  ["it is not ready although both databases run", [200, 503], all, false],
  ["it does not live", [503, 503], lacking, false],
  ["nobody answers", [undefined, undefined], lacking, false],
  ["its readiness breaks", [200, 500], lacking, false],
] as const)("where %s, nothing is explained away", (_what, [live, ready], databases, ok) => {
  expect(judge([live, ready], databases)).toEqual({ ok, notes: [] });
});
