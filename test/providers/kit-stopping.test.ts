import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { defineProvider, defineResource, PartialFailure, type ProviderDefinition, waitFor } from "@mais/provider-kit";
import { createHttp, Journal, ProviderInstance } from "@mais/provider-kit/plugin";
import { expect, test } from "vitest";
import { z } from "zod";
import { portOpener } from "../../packages/plugin-host/port-opener.ts";
import { type Subject, startLab, urnOf } from "../conformance/lab.ts";
import { samples } from "../conformance/samples/index.ts";
import { wholeInputs } from "../conformance/samples/sample.ts";
import { pluginClient } from "../helpers/plugin-client.ts";
import type { Sandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";
import { subjectsOf } from "../state/frozen-objects.ts";

/** After Ctrl-C nobody waits longer. */
const PROMPT_MS = 5_000;
const LONG_MS = 600_000;

/** Each kind waits in its own way, for good. */
const waits = {
  looking: (signal: AbortSignal) => waitFor("The door", async () => undefined, { signal, limitMs: LONG_MS }),
  pausing: (signal: AbortSignal) => sleep(LONG_MS, undefined, { signal }),
};

const Door = defineResource("store:index/door:Door", {
  inputs: { name: z.string(), how: z.enum(["looking", "pausing", "half-made"]) },
  outputs: {},
  timeoutMinutes: 0.02 / 60,
  find: async () => [],
  async create(_api: unknown, { how }, { signal }) {
    if (how !== "half-made") await waits[how](signal);
    try {
      await waits.looking(signal);
    } catch (error) {
      throw new PartialFailure("door-1", {}, [error instanceof Error ? error.message : String(error)]);
    }
    return { id: "door-1" };
  },
  read: async () => undefined,
  async delete(_api: unknown, _id, { signal }) {
    await waits.pausing(signal);
  },
});

const URN = urnOf(Door.definition.token, "front");
const store = defineProvider({
  ...{ name: "store", title: "Store", version: "0.1.0", baseUrl: "https://store.invalid", sandboxPath: "/store" },
  ...{ config: {}, credentials: {}, connect: () => ({}), resources: [Door] },
}) as unknown as ProviderDefinition;

function doors(stopped = new AbortController().signal) {
  const folder = temporaryFolder();
  const journal = new Journal(folder.path);
  const surroundings = { env: {}, root: folder.path };
  const instance = new ProviderInstance({ provider: store, surroundings, journal, log: () => undefined, stopped });
  const create = (how: string, timeoutSeconds: number) =>
    instance.create(URN, { properties: { name: "front", how }, secretPaths: [] }, timeoutSeconds, false);
  return { instance, create, journal, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const OPEN = 'Whether it was made is open: run the same command again, which looks for "front" first';

test.each([
  ["looking", "The door was not waited for to its end: the time limit of 0.03 s is over (set by customTimeouts)"],
  ["pausing", "stopped: the time limit of 0.03 s is over (set by customTimeouts)"],
])("customTimeouts end a create that is %s, and the error says so", async (how, reason) => {
  using it = doors();
  await expect(it.create(how, 0.03)).rejects.toThrow(`Could not create Door "front": ${reason}. ${OPEN}`);
  expect(it.journal.find(URN)).toMatchObject({ label: "front" });
});

test("what exists when the time is over leaves with its id", async () => {
  using it = doors();
  const reasons = [expect.stringContaining("the time limit of 0.03 s is over (set by customTimeouts)")];
  await expect(it.create("half-made", 0.03)).rejects.toMatchObject({ id: "door-1", reasons });
});

test("without customTimeouts the kind's own limit ends it, and the error says how to raise that", async () => {
  using it = doors();
  await expect(it.create("looking", 0)).rejects.toThrow(
    "the time limit of 0.02 s is over (customTimeouts can raise it)",
  );
  const existing = { id: "door-1", urn: URN, oldInputs: plain, oldOutputs: plain, timeoutSeconds: 0 };
  await expect(it.instance.delete(existing)).rejects.toThrow('Could not delete Door "front": stopped: the time limit');
});

const plain = { properties: { name: "front" }, secretPaths: [] };

test("a time limit beyond what a timer can hold does not end at once", async () => {
  const stop = new AbortController();
  using it = doors(stop.signal);
  const creating = it.create("looking", 40 * 86_400);
  await until("the create to begin", () => it.journal.find(URN));
  stop.abort(new Error("the engine has ended"));
  await expect(creating).rejects.toThrow("The door was not waited for to its end: the engine has ended");
});

test("a pause that the vendor asked for ends with the run", async () => {
  const asked = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    response.writeHead(429, { "retry-after": "60" }).end();
    asked.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const explain = () => ({ message: "too many" });
  const http = createHttp({ vendor: "Store", baseUrl, headers: {}, secrets: [], explain });
  const stop = new AbortController();
  const getting = http.get("/doors", { signal: stop.signal });
  await asked.promise;
  stop.abort(new Error("the run was canceled"));
  await expect(getting).rejects.toThrow("Store: GET /doors was stopped: the run was canceled");
  server.close();
});

/** Nothing gets ready: the sandbox's clock stands still. */
const NEVER = 86_400_000;
const delays = { supabaseProject: NEVER, renderDeploy: NEVER };

test.each([
  ["render", "render:index/webService:WebService", {}],
  ["supabase", "supabase:index/project:Project", {}],
  ["vercel", "vercel:index/projectDomain:ProjectDomain", { domain: "pending.example.com", waitForReady: true }],
])("Ctrl-C ends the wait of %s at once; what is half-made keeps its id", async (vendor, token, inputs) => {
  await using lab = await startLab(subjectOf(vendor, token));
  const { sandbox } = lab;
  using folder = temporaryFolder();
  const open = portOpener({
    surroundings: { env: {}, root: folder.path },
    stop: new AbortController().signal,
    load: async () => onSandbox(vendor, sandbox),
  });
  const client = pluginClient(await open(vendor));
  const checked = await client.check(lab.urn, { ...wholeInputs(lab.samples), ...inputs });
  const before = lab.calls();
  const creating = client.create(lab.urn, checked.inputs).catch((error: unknown) => error);
  await until("it to look again and again", () => looksAgain(sandbox.requests().slice(before)));
  const canceled = performance.now();
  await client.cancel();
  const error = (await creating) as { details: string; metadata: { get(key: string): Buffer[] } };
  expect(performance.now() - canceled).toBeLessThan(PROMPT_MS);
  expect(error.details).toContain("the run was canceled");
  expect(error.metadata.get("grpc-status-details-bin")[0]?.includes("ErrorResourceInitFailed")).toBe(true);
  client.close();
});

function subjectOf(vendor: string, token: string): Subject {
  const sample = samples[vendor];
  const subject = sample && subjectsOf(sample).find((one) => one.token === token);
  if (!subject) throw new Error(`no sample for ${token}`);
  return { ...subject, vendor: { ...subject.vendor, sandbox: { delays } } };
}

/** The vendor's provider as the host loads it, over a sandbox in this process. */
function onSandbox(vendor: string, sandbox: Sandbox): ProviderDefinition {
  const sample = samples[vendor];
  if (!sample) throw new Error(`no sample for ${vendor}`);
  return {
    ...{ ...sample.provider, credentials: {}, verifyAccount: undefined as never },
    connect: () => sample.connect(sandbox),
  };
}

function looksAgain(requests: readonly { method: string; path: string }[]): boolean {
  const seen = requests.map(({ method, path }) => `${method} ${path}`);
  return seen.filter((request) => request === seen.at(-1)).length > 3;
}
