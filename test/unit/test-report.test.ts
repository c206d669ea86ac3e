import { expect, test } from "vitest";
import { addCounts, countTests, readCounts, summaryLine } from "../../tools/tests/report.ts";

const file = (name: string, status: string, tests: [string, string][]) => ({
  name: `/checkout/${name}`,
  status,
  assertionResults: tests.map(([fullName, testStatus]) => ({ fullName, status: testStatus })),
});

test("tests are counted, skipped ones by name, and a file that breaks is a failure", () => {
  const counts = countTests(
    {
      testResults: [
        file("test/a.test.ts", "passed", [
          ["one", "passed"],
          ["two", "skipped"],
          ["three", "todo"],
        ]),
        file("test/b.test.ts", "failed", [
          ["four", "failed"],
          ["five", "passed"],
        ]),
        file("test/c.test.ts", "failed", []),
      ],
    },
    "/checkout",
  );
  expect(counts).toEqual({ passed: 2, failed: 2, skipped: ["test/a.test.ts: two", "test/a.test.ts: three"] });
  expect(summaryLine(addCounts([counts, { passed: 1, failed: 0, skipped: [] }]))).toBe("3 passed, 2 failed, 2 skipped");
});

test("a run that leaves no report is a failure", async () => {
  expect(await readCounts("/nowhere/report.json", "/checkout", 0)).toEqual({ passed: 0, failed: 1, skipped: [] });
});
