import ky, { HTTPError, type KyInstance, TimeoutError } from "ky";
import type { z } from "zod";
import { ApiError, Unsettled } from "./errors.ts";
import { progressOf } from "./progress.ts";
import { redact } from "./redact.ts";
import { RetryBudget } from "./retry-budget.ts";
import { reasonOf } from "./stopping.ts";

/** What a vendor's error body says, in the kit's words. */
export interface Explanation {
  message: string;
  code?: string | undefined;
  /** The object does not exist (any more); by default that is what 404 means. */
  gone?: boolean;
  /** What the user should do next; 401 and 403 should name the variable and the scope. */
  advice?: string | undefined;
}

export interface HttpOptions {
  /** `Render`, for messages. */
  vendor: string;
  baseUrl: string;
  headers: Record<string, string>;
  /** Values that must never appear in a message. */
  secrets: readonly string[];
  /** `body` is the parsed JSON, or the text where it is none. */
  explain(status: number, body: unknown): Explanation;
  /** The answer's header that holds the vendor's request id. */
  requestIdHeader?: string;
  /** No pause between two tries is longer, whatever the vendor asks for; tests hand in a short one. */
  longestWaitMs?: number;
}

export interface RequestOptions<S extends z.ZodType = z.ZodType> {
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
  json?: unknown;
  /** Parsed leniently: unknown fields pass, a missing one that we need is an error that names it. */
  answer?: S;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /**
   * May be sent again after an answer that leaves open whether it took effect. By default GET, PUT and DELETE may,
   * POST and PATCH only after 429, which vendors answer before doing anything.
   */
  repeatable?: boolean;
}

type Answered<S> = S extends z.ZodType ? z.output<S> : unknown;

/** One vendor's HTTP client: authentication, bounded retry with back-off and jitter, redaction, parsed answers. */
export interface Http {
  get<S extends z.ZodType>(path: string, options: RequestOptions<S>): Promise<Answered<S>>;
  post<S extends z.ZodType>(path: string, options: RequestOptions<S>): Promise<Answered<S>>;
  put<S extends z.ZodType>(path: string, options: RequestOptions<S>): Promise<Answered<S>>;
  patch<S extends z.ZodType>(path: string, options: RequestOptions<S>): Promise<Answered<S>>;
  delete<S extends z.ZodType>(path: string, options: RequestOptions<S>): Promise<Answered<S>>;
}

const RETRIES = 6;
const REQUEST_TIMEOUT_MS = 60_000;
const LONGEST_WAIT_MS = 60_000;
const LONGEST_BACKOFF_MS = 10_000;
const UNSETTLED = new Set([408, 500, 502, 503, 504]);

export function createHttp(options: HttpOptions): Http {
  const { longestWaitMs = LONGEST_WAIT_MS } = options;
  const client = ky.create({
    headers: { accept: "application/json", "user-agent": "mais-deploy", ...options.headers },
    redirect: "error",
    timeout: REQUEST_TIMEOUT_MS,
    retry: {
      limit: RETRIES,
      methods: ["get", "put", "delete", "post", "patch"],
      maxRetryAfter: longestWaitMs,
      backoffLimit: Math.min(LONGEST_BACKOFF_MS, longestWaitMs),
      jitter: (delay) => delay * (0.5 + Math.random() / 2),
    },
  });
  const budget = new RetryBudget();
  const send = (method: string) => (path: string, request: RequestOptions) =>
    call({ client, options, budget }, { method, path }, request);
  // The generic answer type is settled by `request.answer`, which `call` parses with.
  return {
    get: send("get"),
    post: send("post"),
    put: send("put"),
    patch: send("patch"),
    delete: send("delete"),
  } as Http;
}

interface Vendor {
  client: KyInstance;
  options: HttpOptions;
  budget: RetryBudget;
}

async function call(vendor: Vendor, { method, path }: { method: string; path: string }, request: RequestOptions) {
  const { client, options, budget } = vendor;
  const attempt = `${method.toUpperCase()} ${path}`;
  let response: Response;
  let body: unknown;
  try {
    response = await client(url(options.baseUrl, path, request.query), {
      method,
      ...(request.json === undefined ? {} : { json: request.json }),
      ...(request.headers ? { headers: request.headers } : {}),
      signal: request.signal,
      retry: { shouldRetry: ({ error }) => mayRepeat(error, vendor, { attempt, method, request }) },
    });
    // It can break off in the middle.
    body = await bodyOf(response);
  } catch (error) {
    throw await failure(error, options, attempt, request.signal);
  }
  budget.refill();
  if (!request.answer) return body;
  const parsed = request.answer.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`);
  throw new ApiError({
    vendor: options.vendor,
    attempt,
    status: response.status,
    message: `the answer is not of the expected form (${fields.join("; ")})`,
    gone: false,
    requestId: requestId(response, options),
  });
}

interface Tried {
  attempt: string;
  method: string;
  request: RequestOptions;
}

/** Undefined leaves it to the client's own rules, which heed `Retry-After`; true would not. */
function mayRepeat(error: Error, { options, budget }: Vendor, { attempt, method, request }: Tried): false | undefined {
  const repeatable = request.repeatable ?? (method !== "post" && method !== "patch");
  const status = error instanceof HTTPError ? error.response.status : undefined;
  const tell = progressOf(request.signal);
  if (status === 429) {
    tell(`${options.vendor} limits the rate of calls; waiting to try ${attempt} again`);
    return undefined;
  }
  if (!repeatable || (status !== undefined && !UNSETTLED.has(status)) || !budget.spend()) return false;
  tell(`${options.vendor} ${status ? `answered ${status}` : "did not answer"}; waiting to try ${attempt} again`);
  return undefined;
}

async function failure(error: unknown, options: HttpOptions, attempt: string, signal: AbortSignal): Promise<Error> {
  const { vendor, secrets } = options;
  if (error instanceof HTTPError) {
    const { status } = error.response;
    const explanation = options.explain(status, error.data ?? (await bodyOf(error.response)));
    return new ApiError({
      vendor,
      attempt,
      status,
      ...explanation,
      message: redact(explanation.message, secrets),
      requestId: requestId(error.response, options),
    });
  }
  if (signal.aborted) return new Unsettled(`${vendor}: ${attempt} was stopped: ${reasonOf(signal)}`);
  const reason =
    error instanceof TimeoutError ? `no answer within ${REQUEST_TIMEOUT_MS / 1000} s` : networkReason(error);
  return new Unsettled(`${vendor} could not be reached for ${attempt}: ${redact(reason, secrets)}`, { cause: error });
}

function networkReason(error: unknown): string {
  const messages = [];
  for (let at = error; at instanceof Error; at = at.cause) messages.push(at.message);
  return messages.at(-1) ?? "unknown network failure";
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.bodyUsed) return undefined;
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 500);
  }
}

function requestId(response: Response, options: HttpOptions): string | undefined {
  return (options.requestIdHeader && response.headers.get(options.requestIdHeader)) || undefined;
}

function url(base: string, path: string, query: RequestOptions["query"]): URL {
  const target = new URL(base.replace(/\/$/, "") + path);
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) target.searchParams.append(key, String(one));
  }
  return target;
}
