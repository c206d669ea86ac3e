import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, run, StackRun } from "../helpers/stack-run.ts";

/** Each is recognisable, and of the form that its variable asks for. The last six are deploy tokens. */
const CANARIES: Record<string, string> = {
  JWT_SECRET: "canary01-Zk3vT8qLx2Wn7Rb5Yh9Mc4Pd6Sf1Gj0",
  BOOKING_TOKEN_SECRET: "canary02-Bq7nX4wLz9Tr2Kv6Hc8Mf3Ys5Pd1Jg0",
  TENANT_SECRETS_ENCRYPTION_KEY: "ca9a03b1d47e25f86c3a90e7b158d2f46ca7391e0b58f3d2746e9a1c5b80d37f",
  STRIPE_SECRET_KEY: "sk_live_canary04sandboxOnlyV7xQ2mT9bL5kW8",
  STRIPE_WEBHOOK_SECRET: "whsec_canary05Nq8vX3wLz7Tr2Kb6Hc9Mf4Ys5",
  STRIPE_CONNECT_WEBHOOK_SECRET: "whsec_canary06Rb5Yh9Mc4Pd6Sf1Gj0Zk3vT8q",
  POSTMARK_SERVER_TOKEN: "ca9a0007-3f1b-4c8d-9e2a-7b5d1c6f8e40",
  POSTMARK_WEBHOOK_PASSWORD: "canary08-Wn7Rb5Yh9Mc4Pd6Sf1Gj0Zk3vT8qLx2",
  DATABASE_URL: "postgresql://app:canary09Tr2Kv6Hc8Mf3@db.mais-canary.dev:5432/app",
  DIRECT_URL: "postgresql://app:canary10Hc8Mf3Ys5Pd1@db.mais-canary.dev:5432/app",
  REDIS_URL: "rediss://default:canary11Ys5Pd1Jg0Bq7@cache.mais-canary.dev:6379",
  REDIS_QUEUE_URL: "rediss://default:canary12Jg0Bq7nX4w@queue.mais-canary.dev:6379",
  SUPABASE_SECRET_KEY: "sb_secret_canary13Lz9Tr2Kv6Hc8Mf3Ys5Pd",
  GOOGLE_CLIENT_SECRET: "canary14-Kv6Hc8Mf3Ys5Pd1Jg0Bq7nX4wLz9",
  RENDER_API_KEY: "rnd_canary15Mf3Ys5Pd1Jg0Bq7nX4wLz9Tr",
  VERCEL_API_TOKEN: "canary16Pd1Jg0Bq7nX4wLz9",
  SUPABASE_ACCESS_TOKEN: "sbp_ca9a17d47e25f86c3a90e7b158d2f46ca7391e0b",
  UPSTASH_API_KEY: "canary18-1Jg0-Bq7n-X4wL-z9Tr2Kv6Hc8M",
  STRIPE_API_KEY: "rk_live_canary19sandboxOnlyJg0Bq7nX4wLz9",
  POSTMARK_ACCOUNT_TOKEN: "ca9a0020-8d2c-4b7e-a1f3-6c9e4d0b5a72",
};
const DEPLOY_TOKENS = Object.keys(CANARIES).slice(-6);

/** The part of a canary that nothing else could print, and what it looks like encoded. */
function needles(): Map<string, string> {
  const parts = Object.entries(CANARIES).map(
    ([name, value]) => [name, /:\/\//.test(value) ? (value.split(/[:@]/)[2] ?? value) : value] as const,
  );
  return new Map(
    parts.flatMap(([name, text]) =>
      [text, Buffer.from(text).toString("base64").replace(/=+$/, ""), encodeURIComponent(text)].map(
        (form) => [form, name] as const,
      ),
    ),
  );
}

function leaksIn(text: string): string[] {
  return [...new Set([...needles()].filter(([needle]) => text.includes(needle)).map(([, name]) => name))];
}

function filesBelow(folder: string, leaveOut: (path: string) => boolean = () => false): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (leaveOut(path)) return [];
    return entry.isDirectory() ? filesBelow(path, leaveOut) : entry.isFile() ? [path] : [];
  });
}

/** Reads every process's arguments until told to stop. */
function watchArguments(): { seen: Set<string>; stop(): void } {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {} // it ended between the two looks
    }
  }, 25);
  return { seen, stop: () => clearInterval(timer) };
}

test.skipIf(process.platform !== "linux")(
  "no secret reaches state, output, log files, request log, process arguments or work tree",
  async () => {
    await using stack = await StackRun.open();
    const temporary = join(stack.folder, "tmp");
    await mkdir(temporary);
    const envFile = join(stack.folder, "canaries.env");
    const prod = await readFile(join(ROOT, "test", "fixtures", "prod.env"), "utf8");
    const kept = prod.split("\n").filter((line) => /^[A-Z]/.test(line) && !((line.split("=")[0] ?? "") in CANARIES));
    const given = Object.entries(CANARIES).filter(([name]) => !DEPLOY_TOKENS.includes(name));
    await writeFile(envFile, [...kept, ...given.map(([name, value]) => `${name}=${value}`)].join("\n"));
    const tokens = Object.fromEntries(DEPLOY_TOKENS.map((name) => [name, CANARIES[name]]));
    const canaried = stack.with({ MAIS_ENV_FILE: envFile, TMPDIR: temporary, ...tokens });
    const watched = watchArguments();

    const up = await canaried.pulumi("up", "--stack", "prod", "--yes", "--logtostderr", "-v=3");
    const refresh = await canaried.pulumi(
      "refresh",
      "--stack",
      "prod",
      "--yes",
      "--skip-preview",
      "--logtostderr",
      "-v=3",
    );
    const planted = await run("sh", ["-c", 'sleep 0.3; : "$0"', CANARIES.JWT_SECRET ?? ""]);
    watched.stop();
    expect([up.code, refresh.code, planted.code]).toEqual([0, 0, 0]);

    const store = join(stack.folder, "store");
    const read = (paths: string[]) => paths.map((path) => readFileSync(path, "utf8")).join("\n");
    const places: Record<string, () => string> = {
      state: () => read(filesBelow(join(stack.folder, "state"))),
      output: () => up.output + refresh.output,
      "log files": () => read(filesBelow(temporary)),
      "request log": () => read([join(stack.folder, "requests.log")]),
      "generated project": () => read(filesBelow(join(stack.folder, "run"))),
      "work tree": () =>
        read(
          filesBelow(
            ROOT,
            (path) => /\/(node_modules|\.git|contracts)$/.test(path) || path.endsWith("secrets.test.ts"),
          ),
        ),
      "sandbox folder": () => read(filesBelow(stack.folder, (path) => path === store || path === envFile)),
    };
    for (const [place, text] of Object.entries(places)) expect([place, leaksIn(text())]).toEqual([place, []]);
    // The process that was given a canary on purpose is the only one seen.
    expect(leaksIn([...watched.seen].filter((line) => !line.includes("sleep 0.3")).join("\n"))).toEqual([]);
    expect(leaksIn([...watched.seen].join("\n"))).toEqual(["JWT_SECRET"]);

    // Each search finds what is planted in its place.
    await writeFile(join(stack.folder, "state", "planted"), CANARIES.REDIS_URL ?? "");
    await writeFile(join(temporary, "planted.log"), Buffer.from(CANARIES.JWT_SECRET ?? "").toString("base64"));
    await writeFile(join(stack.folder, "requests.log"), encodeURIComponent(CANARIES.STRIPE_SECRET_KEY ?? ""));
    await writeFile(join(stack.folder, "run", "planted"), CANARIES.DATABASE_URL ?? "");
    expect(leaksIn(places.state?.() ?? "")).toEqual(["REDIS_URL"]);
    expect(leaksIn(places["log files"]?.() ?? "")).toEqual(["JWT_SECRET"]);
    expect(leaksIn(places["request log"]?.() ?? "")).toEqual(["STRIPE_SECRET_KEY"]);
    expect(leaksIn(places["generated project"]?.() ?? "")).toEqual(["DATABASE_URL"]);
    expect(leaksIn(`${up.output}${CANARIES.RENDER_API_KEY}`)).toEqual(["RENDER_API_KEY"]);
    const inTree = join(ROOT, "planted-canary.tmp");
    await writeFile(inTree, CANARIES.GOOGLE_CLIENT_SECRET ?? "");
    try {
      expect(leaksIn(places["work tree"]?.() ?? "")).toEqual(["GOOGLE_CLIENT_SECRET"]);
    } finally {
      await run("rm", [inTree]);
    }
  },
);
