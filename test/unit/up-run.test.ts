import { expect, test } from "vitest";
import { parseEngineEvent } from "../../src/ops/engine-events.ts";
import { changedSteps, countByVendor } from "../../src/ops/up.ts";
import { UpRun } from "../../src/ops/up-run.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::mais-deploy::${type}::${name}`;
const SERVICE = "render:index/webService:WebService";
const STACK = "pulumi:pulumi:Stack";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };

let timestamp = 100;
const step = (event: string, op: string, type: string, name: string, more: Record<string, unknown> = {}) => ({
  timestamp,
  [event]: { metadata: { op, urn: urn(type, name), type, new: { custom: true, ...more } } },
});

function run(events: readonly object[]): { run: UpRun; said: string[] } {
  const upRun = new UpRun();
  const said: string[] = [];
  for (const event of events) {
    const parsed = parseEngineEvent(JSON.stringify(event));
    if (!parsed) throw new Error(`not understood: ${JSON.stringify(event)}`);
    upRun.take(parsed, (line) => said.push(line));
  }
  return { run: upRun, said };
}

test("each resource that changes gets one line when it is done, with the time that it took", () => {
  timestamp = 100;
  const begin = [step("resourcePreEvent", "create", SERVICE, "api"), step("resourcePreEvent", "same", SERVICE, "old")];
  timestamp = 112;
  const end = [
    step("resOutputsEvent", "create", SERVICE, "api"),
    step("resOutputsEvent", "same", SERVICE, "old"),
    step("resOutputsEvent", "create", "pulumi:providers:render", "render"),
    step("resOutputsEvent", "create", "mais:index:ApiTier", "tier", { custom: false }),
  ];
  const { run: upRun, said } = run([...begin, ...end]);
  expect(said).toEqual(["+ created render WebService api (12 s)", "+ created mais ApiTier tier"]);
  const { steps } = upRun.result();
  expect(countByVendor(steps)).toEqual({ render: 2 });
  expect(changedSteps(steps).map(({ name }) => name)).toEqual(["api", "tier"]);
});

test("what the engine waits for is named", () => {
  const names = ["a", "b", "c", "d", "e"];
  const { run: upRun } = run(names.map((name) => step("resourcePreEvent", "create", SERVICE, name)));
  expect(upRun.inFlight()).toBe("WebService a, WebService b, WebService c and 2 more");
});

test("outputs that hold a secret, however deep, are named and never shown", () => {
  const outputs = { url: "https://x", token: secret, nested: { list: [secret] } };
  const { run: upRun } = run([step("resOutputsEvent", "same", STACK, "s", { outputs })]);
  expect(upRun.result()).toMatchObject({ outputs: { url: "https://x" }, secretOutputs: ["token", "nested"] });
});

const diagnostic = (severity: string, message: string, of = urn(STACK, "s")) => ({
  timestamp,
  diagnosticEvent: { severity, message, urn: of },
});

test.each([
  ["a resource that failed", [step("resOpFailedEvent", "create", SERVICE, "api")], 4],
  ["a configuration that does not hold", [diagnostic("error", "Configuration for prod has 2 problems.\n")], 2],
  ["a policy", [{ timestamp, policyEvent: { policyName: "paid", message: "no", enforcementLevel: "mandatory" } }], 5],
  ["anything else", [diagnostic("error", "it broke")], 1],
])("the exit code tells of %s", (_what, events, code) => {
  expect(run(events).run.failure("prod", 1, "").exit).toBe(code);
});

test("a failure names the resource and the reason, without the program's stack trace", () => {
  const trace = "TypeError: no\n    at run (file:///x/index.ts:3:4)\n    at Module.link (node:internal/x:1:2) {\n";
  const error = run([diagnostic("error", "name taken", urn(SERVICE, "api")), diagnostic("error", trace)]).run.failure(
    "dev",
    1,
    "",
  );
  expect(error.message).toBe("Stack dev was not brought up:\n  api: name taken\n  TypeError: no");
  expect(error.advice.join()).toContain("mais pulumi up --stack dev");
});

test("without events the engine's own last words are shown", () => {
  expect(run([]).run.failure("dev", 1, "warning: x\nerror: passphrase must be set\n").message).toContain(
    "error: passphrase must be set",
  );
});
