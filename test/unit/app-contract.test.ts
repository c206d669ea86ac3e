import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const file = join(import.meta.dirname, "../../examples/api/rotation.js");

interface Board {
  write(instance: string, report: string): Promise<unknown>;
  read(): Promise<Record<string, string>>;
  remove(instance: string): Promise<unknown>;
}

interface Report {
  part: string;
  instance: string;
  startedAt: string;
  variables: Record<string, { current?: string; previous?: string }>;
  others?: Report[];
}

interface Reporter {
  answer(authorization: string | undefined): Promise<{ status: number; json: Report }>;
  close(): Promise<void>;
}

/** The file is plain JavaScript, to be copied. */
const contract: {
  accepted(env: Record<string, string | undefined>, name: string): string[];
  sign(secret: string, text: string): string;
  isSigned(secrets: readonly string[], text: string, signature: string): boolean;
  isFromStripe(secrets: readonly string[], event: { header: string; body: string; now?: number }): boolean;
  openReporter(self: { env: object; part: string; secrets: readonly string[]; board?: Board }): Reporter;
} = await import(file);
const { accepted, sign, isSigned, isFromStripe, openReporter } = contract;

test("the file that applications copy is about a hundred lines and needs nothing but Node", () => {
  const text = readFileSync(file, "utf8");
  expect(text.split("\n").length).toBeLessThan(130);
  const imports = [...text.matchAll(/from "([^"]+)"/g)].map(([, from]) => from);
  expect(imports.every((from) => from?.startsWith("node:"))).toBe(true);
});

test("what the previous secret signed is accepted while it is there, and the present one signs", () => {
  const during = accepted({ JWT_SECRET: "new", JWT_SECRET_PREVIOUS: "old" }, "JWT_SECRET");
  expect(during).toEqual(["new", "old"]);
  const after = accepted({ JWT_SECRET: "new", JWT_SECRET_PREVIOUS: "" }, "JWT_SECRET");
  expect(after).toEqual(["new"]);
  expect(accepted({}, "JWT_SECRET")).toEqual([]);
  const [bySigning, byOld] = [sign("new", "Ada"), sign("old", "Ada")];
  expect([isSigned(during, "Ada", bySigning), isSigned(during, "Ada", byOld)]).toEqual([true, true]);
  expect([isSigned(after, "Ada", bySigning), isSigned(after, "Ada", byOld)]).toEqual([true, false]);
  expect(isSigned(during, "Grace", bySigning)).toBe(false);
  expect(isSigned([], "Ada", bySigning)).toBe(false);
});

test("Stripe's events are accepted by either endpoint's secret, while they are fresh and whole", () => {
  const body = '{"id":"evt_1"}';
  const now = 1_750_000_000;
  const header = (secret: string, at = now) =>
    `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")},v0=ignored`;
  const secrets = ["whsec_new", "whsec_old"];
  const isAccepted = (text: string, more = {}) => isFromStripe(secrets, { header: text, body, now, ...more });
  expect([isAccepted(header("whsec_new")), isAccepted(header("whsec_old"))]).toEqual([true, true]);
  expect(isAccepted(header("whsec_other"))).toBe(false);
  expect(isAccepted(header("whsec_new"), { body: '{"id":"evt_2"}' })).toBe(false);
  expect(isAccepted(header("whsec_new", now - 301))).toBe(false);
  for (const odd of ["", "t=,v1=", "t=x,v1=00", "v1=00", `t=${now}`]) expect(isAccepted(odd)).toBe(false);
});

/** What Redis does for the processes of the example. */
function board(): Board & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    write: async (instance, report) => kept.set(instance, report),
    read: async () => Object.fromEntries(kept),
    remove: async (instance) => kept.delete(instance),
  };
}

const env = { MAIS_FINGERPRINT_TOKEN: "t0ken", JWT_SECRET: "canary-new", JWT_SECRET_PREVIOUS: "canary-old" };
const secrets = ["JWT_SECRET", "POSTMARK_SERVER_TOKEN"];
const fingerprint = (value: string, key = "t0ken") => createHmac("sha256", key).update(value).digest("hex").slice(0, 8);

test("a process tells which secrets it has to whoever has the token, and never their values", async () => {
  const shared = board();
  const reporter = openReporter({ env, part: "api", secrets, board: shared });
  const { status, json } = await reporter.answer("Bearer t0ken");
  expect(status).toBe(200);
  expect(json).toMatchObject({ part: "api", others: [] });
  expect(json.variables).toEqual({
    JWT_SECRET: { current: fingerprint("canary-new"), previous: fingerprint("canary-old") },
  });
  expect(Date.parse(json.startedAt)).toBeLessThanOrEqual(Date.now());
  expect(JSON.stringify([json, ...shared.kept.values()])).not.toContain("canary");
  for (const wrong of [undefined, "Bearer ", "Bearer t0keN", "Basic t0ken", "t0ken"])
    expect(await reporter.answer(wrong)).toEqual({ status: 401, json: { error: "the token is not right" } });
  await reporter.close();
});

test("while the token is rotated both open it, each with fingerprints of its own key", async () => {
  const both = { ...env, MAIS_FINGERPRINT_TOKEN: "t1ken", MAIS_FINGERPRINT_TOKEN_PREVIOUS: "t0ken" };
  const reporter = openReporter({ env: both, part: "api", secrets });
  const seen = async (token: string) => (await reporter.answer(`Bearer ${token}`)).json.variables.JWT_SECRET?.current;
  expect(await seen("t1ken")).toBe(fingerprint("canary-new", "t1ken"));
  expect(await seen("t0ken")).toBe(fingerprint("canary-new"));
  await reporter.close();
});

test("one process tells about the others, as long as they live", async () => {
  const shared = board();
  const worker = openReporter({ env: { ...env, JWT_SECRET: "canary-other" }, part: "worker", secrets, board: shared });
  const api = openReporter({ env, part: "api", secrets, board: shared });
  const others = async () => (await api.answer("Bearer t0ken")).json.others ?? [];
  const [other, ...rest] = await others();
  expect(rest).toEqual([]);
  expect(other).toMatchObject({
    part: "worker",
    variables: { JWT_SECRET: { current: fingerprint("canary-other"), previous: fingerprint("canary-old") } },
  });
  // One that was killed takes nothing down.
  const [[instance = "", report = ""] = []] = [...shared.kept];
  shared.kept.set(instance, JSON.stringify({ ...JSON.parse(report), at: Date.now() - 200_000 }));
  expect(await others()).toEqual([]);
  shared.kept.set(instance, report);
  expect(await others()).toHaveLength(1);
  await worker.close();
  expect(await others()).toEqual([]);
  await api.close();
});

test("without a token nothing is told and nothing is kept", async () => {
  const shared = board();
  const reporter = openReporter({ env: { JWT_SECRET: "canary" }, part: "api", secrets, board: shared });
  expect(await reporter.answer("Bearer undefined")).toEqual({ status: 404, json: { error: "not found" } });
  expect(await reporter.answer(undefined)).toEqual({ status: 404, json: { error: "not found" } });
  expect(shared.kept.size).toBe(0);
  await reporter.close();
});
