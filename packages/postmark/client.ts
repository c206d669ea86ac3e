import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type RawMethod, type RawOptions, redact, retryAfterMs, Unsettled } from "@mais/provider-kit";
import type { AccountClient, ServerClient } from "postmark";
import { z } from "zod";
import { adviceFor, GONE } from "./error-codes.ts";
import { answerOf, rawRequest, unreachable } from "./raw-request.ts";

export interface PostmarkOptions {
  /** Postmark's own, or the sandbox's with its path prefix. */
  baseUrl: string;
  accountToken: string;
  /** How to wait between tries; tests hand in one that does not. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  fetch?: typeof globalThis.fetch;
}

/** One kind of request: how messages name it (without ids or values), and what we need of its answer. */
export interface Operation<T> {
  attempt: string;
  /** Lenient: unknown fields and values pass. */
  answer: z.ZodType<T>;
}

const RETRIES = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const UNSETTLED: readonly number[] = [500, 502, 503, 504];
/** Postmark's PUTs say the whole new value of each field, so sending one twice changes nothing. */
const REPEATABLE: readonly string[] = ["GET", "PUT", "DELETE"];

/** Postmark through its official SDK, which is loaded on the first call. */
export class PostmarkApi {
  readonly #options: PostmarkOptions;

  constructor(options: PostmarkOptions) {
    this.#options = options;
  }

  /** A request with the account's token. */
  async account<T>(
    operation: Operation<T>,
    signal: AbortSignal,
    send: (client: AccountClient) => Promise<unknown>,
  ): Promise<T> {
    const { AccountClient: Client } = (await import("postmark")).default;
    const token = this.#options.accountToken;
    return this.#run(operation, { signal, token }, () => send(new Client(token, this.#transport(signal))));
  }

  /** A request with one server's token. */
  async server<T>(
    operation: Operation<T>,
    { token, signal }: { token: string; signal: AbortSignal },
    send: (client: ServerClient) => Promise<unknown>,
  ): Promise<T> {
    const { ServerClient: Client } = (await import("postmark")).default;
    return this.#run(operation, { signal, token }, () => send(new Client(token, this.#transport(signal))));
  }

  /** Any request with the account's token, for objects that have no resource here. */
  request(method: RawMethod, path: string, options: RawOptions): Promise<unknown> {
    const { baseUrl, accountToken: token } = this.#options;
    const { signal } = options;
    return this.#run({ attempt: `${method} ${path}`, answer: z.unknown() }, { signal, token }, async () => {
      const { url, init } = rawRequest({ baseUrl, token }, { method, path }, options);
      return answerOf(await this.#send(url, init, signal).catch(unreachable));
    });
  }

  async #run<T>(
    operation: Operation<T>,
    { signal, token }: { signal: AbortSignal; token: string },
    send: () => Promise<unknown>,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      return parse(operation, await send());
    } catch (error) {
      if (signal.aborted) throw new Unsettled(`Postmark: ${operation.attempt} was stopped: ${reasonOf(signal.reason)}`);
      throw explain(error, operation.attempt, [token, this.#options.accountToken]);
    }
  }

  #transport(signal: AbortSignal) {
    const { host, protocol, pathname } = new URL(this.#options.baseUrl);
    return {
      requestHost: host,
      useHttps: protocol === "https:",
      fetch: (url: string | URL | Request, init?: RequestInit) =>
        this.#send(prefixed(String(url), pathname), init, signal),
    };
  }

  /** The SDK never tries again, so this does where it can do no harm. */
  async #send(url: string, init: RequestInit = {}, signal: AbortSignal): Promise<Response> {
    const { pause = (ms, stop) => sleep(ms, undefined, { signal: stop }), fetch = globalThis.fetch } = this.#options;
    const repeatable = REPEATABLE.includes(init.method ?? "GET");
    const signals = init.signal ? [init.signal, signal] : [signal];
    for (let tried = 0; ; tried++) {
      const outcome = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.any(signals) }).catch(
        (error: unknown) => {
          if (!repeatable || signal.aborted || tried === RETRIES) throw error;
        },
      );
      const again = !outcome || outcome.status === 429 || (repeatable && UNSETTLED.includes(outcome.status));
      if (outcome && (!again || tried === RETRIES)) return outcome;
      await outcome?.body?.cancel();
      const backOff = FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random() / 2);
      const asked = outcome && retryAfterMs(outcome.headers);
      await pause(Math.min(asked ?? backOff, LONGEST_PAUSE_MS), signal);
    }
  }
}

function parse<T>({ attempt, answer }: Operation<T>, response: unknown): T {
  const parsed = answer.safeParse(response);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`);
  const message = `the answer is not of the expected form (${fields.join("; ")})`;
  throw new ApiError({ vendor: "Postmark", attempt, status: 200, message, gone: false });
}

interface SdkError extends Error {
  /** Postmark's ErrorCode. */
  code: number;
  statusCode: number;
}

function explain(error: unknown, attempt: string, secrets: readonly string[]): unknown {
  if (!isSdkError(error)) return error;
  const { code, statusCode: status, message } = error;
  const text = redact(message, secrets);
  if (!status) return new Unsettled(`Postmark could not be reached for ${attempt}: ${text}`, { cause: error });
  return new ApiError({
    ...{ vendor: "Postmark", attempt, status, message: text, code: code ? String(code) : undefined },
    gone: status === 404 || (status === 422 && GONE.has(code)),
    advice: adviceFor(code, status),
  });
}

/** By shape: the SDK's error classes are not loaded here. */
function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error && "statusCode" in error && "code" in error;
}

function prefixed(url: string, prefix: string): string {
  const target = new URL(url);
  target.pathname = prefix.replace(/\/$/, "") + target.pathname;
  return target.href;
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
