import { join } from "node:path";
import {
  ensureSandbox,
  type RunningService,
  resetSandbox,
  sandboxFolder,
  sandboxServices,
  sandboxStatus,
  serviceLog,
  stopSandbox,
} from "../../ops/sandbox.ts";
import { followRequests, readRequests, type SandboxRequest } from "../../ops/sandbox-requests.ts";
import { UserError } from "../../user-error.ts";
import { type Context, defineCommand, type Values } from "../command.ts";
import { type ExitCode, exit } from "../exit.ts";
import { chosenDatabases, databaseLines, databaseOptions } from "./sandbox-databases.ts";
import { event, eventOptions } from "./sandbox-event.ts";
import { fault, faultOptions } from "./sandbox-fault.ts";
import { proxy, proxyOptions } from "./sandbox-proxy.ts";

interface Options
  extends Values<typeof faultOptions>,
    Values<typeof eventOptions>,
    Values<typeof proxyOptions>,
    Values<typeof databaseOptions> {
  port: string | undefined;
  last: string;
  follow: boolean;
  service: string | undefined;
}

type Action = (dir: string, context: Context, options: Options) => Promise<ExitCode>;

const actions: Record<string, Action> = { start, status, logs, fault, event, proxy, reset, stop };

export const sandbox = defineCommand({
  name: "sandbox",
  about: "Start, look at, and end the local sandbox of the six vendors",
  details:
    "The sandbox answers for the vendors' control planes on this machine. What it keeps lies in .mais/sandbox\n" +
    "(MAIS_SANDBOX_DIR moves it) and survives a restart. See docs/sandbox.md.",
  examples: [
    "mais sandbox start",
    "mais sandbox start --postgres --redis",
    "mais sandbox logs --follow",
    "mais sandbox logs --service mais-dev-api",
    "mais sandbox fault add --kind cut-after --vendor render --method POST --path /v1/services",
    "mais sandbox fault add --kind status --status 429 --retry-after 2 --probability 0.1",
    "mais sandbox fault clear",
    "mais sandbox event stripe charge.refunded --object charge.json",
    'eval "$(npx mais sandbox proxy)"',
    "mais sandbox reset",
  ],
  positionals: [
    { name: "action", about: "What to do", choices: Object.keys(actions), required: true },
    {
      name: "verb",
      about: "fault: what to do with faults; event: whose event",
      choices: ["add", "list", "clear", "stripe"],
    },
    { name: "number", about: "fault clear: this one only; event: the event's type" },
  ],
  options: {
    port: { type: "string", value: "NUMBER", about: "start: the port (default: any free one)" },
    ...databaseOptions,
    last: { type: "string", value: "COUNT", default: "50", about: "logs: how many requests (default 50)" },
    follow: { type: "boolean", short: "f", about: "logs: go on as requests come, until interrupted" },
    service: { type: "string", value: "NAME", about: "logs: what this service printed, in place of the requests" },
    ...faultOptions,
    ...eventOptions,
    ...proxyOptions,
  },
  async run(options, context) {
    const [name = "", verb] = context.positionals;
    const action = actions[name] ?? status;
    if (verb !== undefined && action !== (verb === "stripe" ? event : fault)) {
      throw new UserError(`unexpected argument "${verb}"`, { advice: "See: mais sandbox --help", exit: exit.usage });
    }
    return await action(sandboxFolder(context.root, context.env), context, options);
  },
});

async function start(dir: string, { out }: Context, options: Options): Promise<ExitCode> {
  const port = options.port === undefined ? undefined : toNumber("--port", options.port, 65_535);
  const { address, started } = await ensureSandbox({ dir, port, databases: chosenDatabases(options) });
  const [services, found] = await Promise.all([sandboxServices(dir), sandboxStatus(dir)]);
  const { url, pid } = address;
  const databases = found?.databases;
  const lines = [
    started ? `The sandbox answers on ${url}` : `The sandbox is already running on ${url}`,
    ...(databases ? databaseLines(dir, databases) : []),
    "Next: mais sandbox status, or mais --sandbox pulumi up",
  ];
  out.result({ schema: "mais.sandbox.start/1", url, pid, started, databases, services }, lines.join("\n"));
  return exit.ok;
}

async function status(dir: string, { out }: Context): Promise<ExitCode> {
  const found = await sandboxStatus(dir);
  if (!found) {
    const text = "The sandbox is stopped.\nStart it: mais sandbox start";
    out.result({ schema: "mais.sandbox.status/1", running: false, services: [] }, text);
    return exit.ok;
  }
  const services = await sandboxServices(dir);
  const lines = [
    `The sandbox answers on ${found.url} (process ${found.pid}, since ${found.started})`,
    `  vendors   ${found.vendors.map(({ vendor }) => vendor).join(", ")}`,
    `  requests  ${found.requests}`,
    ...databaseLines(dir, found.databases),
    ...(found.clock.aheadMs > 0 ? [`  clock     ${found.clock.now}, ${found.clock.aheadMs / 1_000} s ahead`] : []),
    ...(services.length > 0 ? ["  services", ...services.map(serviceLine)] : ["  services  none"]),
  ];
  out.result({ ...found, schema: "mais.sandbox.status/1", running: true, services }, lines.join("\n"));
  return exit.ok;
}

function serviceLine({ name, vendor, type, localUrl, kind }: RunningService): string {
  const what = localUrl ?? (type === "cron" ? "a cron job: it runs when it is due" : "a worker");
  return `    ${name} (${vendor})  ${what}${kind === "stand-in" ? "  stand-in: its code is not run here" : ""}`;
}

async function logs(dir: string, context: Context, options: Options): Promise<ExitCode> {
  const { out } = context;
  if (options.service !== undefined) {
    const lines = await serviceLog(dir, options.service);
    out.result({ schema: "mais.sandbox.service-log/1", service: options.service, lines }, lines.join("\n"));
    return exit.ok;
  }
  const file = join(dir, "requests.log");
  const { requests, end } = await readRequests(file, toNumber("--last", options.last, 1_000_000));
  const empty = "Nothing was asked of the sandbox yet.";
  out.result(
    { schema: "mais.sandbox.requests/1", requests },
    requests.length > 0 ? requests.map(requestLine).join("\n") : empty,
  );
  if (!options.follow) return exit.ok;
  if (context.json)
    throw new UserError("--follow and --json do not go together.", {
      advice: `Read ${file}: it is JSON lines.`,
      exit: exit.usage,
    });
  for await (const request of followRequests(file, end))
    out.result({ schema: "mais.sandbox.requests/1" }, requestLine(request));
  return exit.ok;
}

function requestLine({ time, vendor, method, path, query, status, ms, route, fault }: SandboxRequest): string {
  const asked = `${path}${query ? `?${query.map((name) => `${name}=…`).join("&")}` : ""}`;
  const mark = fault ? `  FAULT ${fault}` : route === "not emulated" ? "  NOT EMULATED" : "";
  return `${time}  ${String(status)}  ${vendor.padEnd(8)}  ${method.padEnd(6)} ${asked}  ${ms} ms${mark}`;
}

async function reset(dir: string, { out }: Context): Promise<ExitCode> {
  const { address, kept } = await resetSandbox(dir);
  const lines = [
    address
      ? `The sandbox is empty again and answers on ${address.url}`
      : "The sandbox is empty again. Start it: mais sandbox start",
    `What it kept is in ${kept} until the next reset.`,
  ];
  out.result(
    { schema: "mais.sandbox.reset/1", running: address !== undefined, url: address?.url, kept },
    lines.join("\n"),
  );
  return exit.ok;
}

async function stop(dir: string, { out }: Context): Promise<ExitCode> {
  const ran = await stopSandbox(dir);
  const text = ran
    ? "The sandbox is stopped; what it keeps stays. Start it: mais sandbox start"
    : "The sandbox was not running.";
  out.result({ schema: "mais.sandbox.stop/1", ran }, text);
  return exit.ok;
}

function toNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new UserError(`${option} takes a number from 1 to ${max}, not "${text}".`, {
    advice: "See: mais sandbox --help",
    exit: exit.usage,
  });
}
