import {
  addFault,
  clearFaults,
  FAULT_KINDS,
  type FaultInput,
  type FaultRecord,
  listFaults,
} from "../../ops/sandbox-faults.ts";
import { UserError } from "../../user-error.ts";
import type { Context, OptionTable, Values } from "../command.ts";
import { type ExitCode, exit } from "../exit.ts";

/** What `mais sandbox fault add` takes; each is a field of a fault. */
export const faultOptions = {
  kind: { type: "string", value: "KIND", about: "fault add: what goes wrong", choices: FAULT_KINDS },
  vendor: { type: "string", value: "NAME", about: "fault add: this vendor's calls only" },
  method: { type: "string", value: "METHOD", about: "fault add: these calls only, such as POST" },
  path: { type: "string", value: "PATTERN", about: "fault add: these paths only; * is one segment, ** any rest" },
  nth: { type: "string", value: "NUMBER", about: "fault add: the first matching call that it hits (default 1)" },
  times: { type: "string", value: "COUNT", about: "fault add: how many calls it hits (default 1)" },
  seconds: {
    type: "string",
    value: "NUMBER",
    about: "fault add: an outage of so long from its first hit, by the sandbox's clock",
  },
  probability: { type: "string", value: "SHARE", about: "fault add: 0.1 hits every tenth call by chance, without end" },
  seed: { type: "string", value: "TEXT", about: "fault add: the same seed hits the same calls" },
  status: { type: "string", value: "CODE", about: "fault add: 401, 429, 500, 502, 503 or 504; with html any" },
  "retry-after": {
    type: "string",
    value: "VALUE",
    about: "fault add: sent with the status; --retry-after=-1 works too",
  },
  ms: { type: "string", value: "NUMBER", about: "fault add: how long latency lasts, how far the clock advances" },
  handled: { type: "boolean", about: "fault add: the vendor does it, and only the answer is lost or late" },
} as const satisfies OptionTable;

type Options = Values<typeof faultOptions>;

/** `mais sandbox fault add | list | clear [NUMBER]` */
export async function fault(dir: string, context: Context, options: Options): Promise<ExitCode> {
  const [, verb, id] = context.positionals;
  if (verb === "clear") return await clear(dir, context, id);
  if (id !== undefined) throw usage(`fault ${verb ?? "list"} takes no further word, but got "${id}".`);
  return verb === "add" ? await add(dir, context, options) : await list(dir, context);
}

async function add(dir: string, { out }: Context, options: Options): Promise<ExitCode> {
  const record = await addFault(dir, toSpec(options));
  out.result({ schema: "mais.sandbox.fault/1", fault: record }, `Waiting for its call: ${line(record)}`);
  return exit.ok;
}

async function list(dir: string, { out }: Context): Promise<ExitCode> {
  const { faults, fired } = await listFaults(dir);
  const text = faults.length > 0 ? faults.map(line).join("\n") : "No faults: the sandbox works as it should.";
  out.result({ schema: "mais.sandbox.faults/1", faults, fired }, text);
  return exit.ok;
}

async function clear(dir: string, { out }: Context, id: string | undefined): Promise<ExitCode> {
  const number = id === undefined ? undefined : toNumber("The fault's number", id);
  await clearFaults(dir, number);
  const text = number === undefined ? "No faults any more." : `Fault ${number} is gone.`;
  out.result({ schema: "mais.sandbox.fault-clear/1", cleared: number ?? "all" }, text);
  return exit.ok;
}

/** The sandbox judges the whole; here words become numbers. */
function toSpec(options: Options): FaultInput {
  const { kind, vendor, method, path, seed, handled } = options;
  if (kind === undefined) throw usage(`fault add needs --kind: ${FAULT_KINDS.join(", ")}.`);
  const number = (name: "nth" | "times" | "seconds" | "probability" | "status" | "ms") =>
    options[name] === undefined ? undefined : toNumber(`--${name}`, options[name]);
  const ms = number("ms");
  const spec = {
    ...{ kind, vendor, method, path, seed, nth: number("nth"), times: number("times"), status: number("status") },
    ...{ seconds: number("seconds"), probability: number("probability"), retryAfter: options["retry-after"] },
    ...(kind === "clock" ? { advanceMs: ms } : { ms }),
    ...(handled ? { handled } : {}),
  };
  // Absent ones do not travel as JSON, and what does is judged at the other end.
  return spec as unknown as FaultInput;
}

function line(record: FaultRecord): string {
  const { id, spec, fired, matched } = record;
  const { kind, vendor = "every vendor", method = "any method", path = "any path" } = spec;
  const status = "status" in spec ? ` ${spec.status}` : "";
  return `${id}  ${kind}${status}  ${vendor} ${method} ${path}  ${when(record)}  fired ${fired} of ${matched} calls`;
}

function when({ spec: { nth, times, seconds, probability }, endsAt }: FaultRecord): string {
  const start = probability === undefined ? `from call ${nth}` : `with probability ${probability}`;
  const often = times ?? (probability === undefined && seconds === undefined ? 1 : undefined);
  // Over JSON a time is its text.
  const length = endsAt === undefined ? `for ${seconds} s` : `until ${String(endsAt)}`;
  const parts = [start, often === undefined ? "" : `${often} times`, seconds === undefined ? "" : length];
  return parts.filter((part) => part !== "").join(", ");
}

function toNumber(what: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw usage(`${what} is a number, not "${text}".`);
}

function usage(message: string): UserError {
  return new UserError(message, { advice: "See: mais sandbox --help", exit: exit.usage });
}
