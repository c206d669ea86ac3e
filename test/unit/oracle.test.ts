import { expect, test } from "vitest";
import { checkEnvFile } from "../../src/config/check-env-file.ts";
import { ENVIRONMENTS, type Environment } from "../../src/config/environments.ts";
import { judge } from "../../src/config/gate.ts";
import type { Problem } from "../../src/config/problem.ts";
import { APPLICATION_VARIABLES, type OracleStack, oracle } from "../helpers/oracle.ts";
import { VALUES } from "../helpers/oracle-values.ts";
import { liveConfig } from "../helpers/stack-settings.ts";

/** The same numbers on every run: https://en.wikipedia.org/wiki/Linear_congruential_generator, with the high bits kept. */
function randomNumbers(seed: number) {
  let state = BigInt(seed);
  return (below: number): number => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number((state >> 33n) % BigInt(below));
  };
}

type Random = ReturnType<typeof randomNumbers>;

const CANDIDATES = APPLICATION_VARIABLES.map((name) => [name, Object.keys(VALUES[name] ?? {})] as const);

/** Mostly one of the variable's values; else blank, or nothing at all. */
function randomValues(random: Random, absent: number): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, candidates] of CANDIDATES) {
    const draw = random(100);
    if (draw < absent) continue;
    values.set(name, draw < absent + 4 ? (["", "  "][random(2)] ?? "") : (candidates[random(candidates.length)] ?? ""));
  }
  return values;
}

const textOf = (values: ReadonlyMap<string, string>) =>
  [...values].map(([name, value]) => `${name}='${value}'`).join("\n");

const seen = (problems: readonly Problem[]) =>
  problems
    .filter(({ of, subject }) => of === "variable" && APPLICATION_VARIABLES.includes(subject))
    .map(({ subject, kind }) => `${subject} ${kind}`)
    .sort();

/** Only what differs goes through the assertion: it is slow, and there are many. */
function expectSame(found: string[], expected: string[], values: object): void {
  if (found.join() !== expected.join()) expect({ found, values }).toEqual({ found: expected, values });
}

const LIMIT = { timeout: 60_000 };

test("the gate and the tables agree on 90,000 random files of variables", LIMIT, () => {
  const random = randomNumbers(20_260_601);
  const kinds = new Map<string, number>();
  for (let count = 0; count < 90_000; count++) {
    const environment = ENVIRONMENTS[random(3)] ?? "dev";
    const given = randomValues(random, count % 3 === 0 ? 60 : 12);
    const expected = oracle({ environment, given });
    const { problems } = checkEnvFile(environment, { path: "x.env", text: textOf(given) });
    expectSame(seen(problems), expected, { environment, given });
    for (const one of expected) kinds.set(one, (kinds.get(one) ?? 0) + 1);
  }
  // Each kind that a variable can have was met often enough to mean something.
  const rare = [...kinds].filter(([, times]) => times < 100);
  expect(rare).toEqual([]);
  expect(kinds.size).toBe(31);
});

const TIERS = ["api", "worker", "cron", "web", "database", "redis", "stripe", "mail"];

interface RandomStack {
  config: Record<string, string>;
  stack: OracleStack;
}

/** A stack that leaves tiers out; its other settings are prod's, where 6 instances of the API and 2 of the worker keep pools. */
function randomStack(random: Random, config: Readonly<Record<string, string>>): RandomStack {
  const out = TIERS.filter(() => random(4) === 0);
  const tiers = new Set(TIERS.filter((tier) => !out.includes(tier)));
  const has = (tier: string, count: number) => (tiers.has(tier) ? count : 0);
  const before = random(2) === 0 ? { database: random(2) === 0, key: random(2) === 0 } : undefined;
  const elsewhere = Object.values(VALUES).flatMap((values) => Object.keys(values).filter(() => random(12) === 0));
  return {
    config: { ...config, ...Object.fromEntries(out.map((tier) => [`mais:${tier}`, "false"])) },
    stack: {
      tiers,
      ...(before ? { before } : {}),
      elsewhere: new Set(random(3) === 0 ? elsewhere : []),
      processes: has("api", 6) + has("worker", 2) + has("cron", 1),
      // https://supabase.com/docs/guides/platform/compute-and-disk: size small
      poolerClients: 400,
    },
  };
}

/** The fingerprint may be the value itself: nobody else sees it here. */
const othersOf = ({ elsewhere }: OracleStack, environment: Environment) => ({
  fingerprint: (value: string) => value,
  secrets: [
    {
      environment: ENVIRONMENTS.find((one) => one !== environment) ?? "dev",
      fingerprints: Object.fromEntries([...elsewhere].map((value, index) => [`SECRET_${index}`, value])),
    },
  ],
});

test("the gate and the tables agree on 10,000 random stacks: tiers, files, stack configs, earlier runs", LIMIT, () => {
  const random = randomNumbers(20_260_602);
  const settings = Object.fromEntries(Object.entries(liveConfig("prod")).filter(([key]) => !/^mais:[A-Z]/.test(key)));
  for (let count = 0; count < 10_000; count++) {
    const environment = ENVIRONMENTS[random(3)] ?? "dev";
    const { config, stack } = randomStack(random, settings);
    const [inFile, inConfig] = [randomValues(random, 50), randomValues(random, 60)];
    for (const [name, value] of inConfig) config[`mais:${name}`] = value;
    const wins = [...inFile].filter(([, value]) => value.trim() !== "");
    const given = new Map([...inConfig, ...wins]);
    const { before } = stack;
    const secrets = before?.key ? ["TENANT_SECRETS_ENCRYPTION_KEY"] : [];
    const verdict = judge({
      environment,
      config,
      envFile: { path: "x.env", text: textOf(inFile) },
      existing: before && { database: before.database, secrets },
      others: othersOf(stack, environment),
    });
    const expected = oracle({ environment, given, stack });
    expectSame(seen(verdict.ok ? [] : verdict.problems), expected, { environment, given, stack });
  }
});
