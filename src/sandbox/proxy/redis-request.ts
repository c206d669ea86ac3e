import type { IncomingMessage } from "node:http";
import { z } from "zod";

const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** More commands than that at once are a mistake. */
const MAX_COMMANDS = 1_000;

/** Refused before any command ran. */
export class RestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RestError";
    this.status = status;
  }
}

export type Asked =
  | { kind: "single"; command: readonly string[] }
  | { kind: "pipeline"; commands: readonly (readonly string[])[] };

/** An argument may come as a number; what is nested is kept as JSON text, as the vendor does. */
const Command = z.array(z.union([z.string(), z.number().transform(String), z.unknown().transform(toText)])).min(1);
const Pipeline = z.array(Command).max(MAX_COMMANDS);

/** `POST /` with `["SET","key","value"]`, `POST /pipeline` with a list of such, or `/set/key?EX=60` with the value as its body. */
export async function readCommands(request: IncomingMessage): Promise<Asked> {
  const [path = "/", search = ""] = (request.url ?? "/").split("?");
  const text = await readText(request);
  const segments = path.split("/").filter((segment) => segment !== "");
  const [first = ""] = segments;
  if (["multi-exec", "subscribe", "psubscribe", "monitor"].includes(first))
    throw new RestError(501, `ERR the sandbox does not serve /${first}`);
  if (first === "") return { kind: "single", command: parse(Command, text) };
  if (first === "pipeline") return { kind: "pipeline", commands: parse(Pipeline, text) };
  const options = [...new URLSearchParams(search)].filter(([name]) => name !== "_token");
  return {
    kind: "single",
    command: [...segments.map(decode), ...(text === "" ? [] : [text]), ...options.flat().filter((part) => part !== "")],
  };
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RestError(400, "ERR failed to parse command");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new RestError(400, "ERR failed to parse command");
  return parsed.data;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new RestError(413, "ERR max request size exceeded");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function toText(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
