import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiError,
  orAbsent,
  type RawMethod,
  type RawOptions,
  Refused,
  redact,
  retryAfterMs,
  Unsettled,
} from "@mais/provider-kit";
import type { Stripe } from "stripe";
import { z } from "zod";

/** One kind of request: how messages name it (without ids or values), and what we need of its answer. */
export interface Operation<T> {
  attempt: string;
  /** Lenient: unknown fields and values pass. */
  answer: z.ZodType<T>;
}

export interface StripeOptions {
  /** Stripe's own, or the sandbox's with its path prefix. */
  baseUrl: string;
  key: string;
  /** Whether the key works in live mode; it does not unless said otherwise. */
  livemode?: boolean;
  /** How to wait between tries; tests hand in one that does not. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  fetch?: typeof globalThis.fetch;
}

/** What Stripe answers instead of an object that has been deleted does not pass. */
const anyObject = z.looseObject({ deleted: z.literal(false).optional() });
const deletedStub = z.object({ deleted: z.literal(true) });

const NETWORK_RETRIES = 4;
const RATE_LIMIT_RETRIES = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** How many answers of deleted objects a create looks past before it gives up. */
const KEYS_TRIED = 5;

/** Stripe through its official SDK, which is loaded on the first call. */
export class StripeApi {
  readonly #options: StripeOptions;

  constructor(options: StripeOptions) {
    this.#options = options;
  }

  get livemode(): boolean {
    return this.#options.livemode ?? false;
  }

  /** One request, its answer parsed. */
  async call<T>(
    { attempt, answer }: Operation<T>,
    signal: AbortSignal,
    send: (stripe: Stripe) => Promise<unknown>,
  ): Promise<T> {
    return parse({ attempt, answer }, await this.#attempt(attempt, signal, send));
  }

  /** Any request, for objects that have no resource here: parameters as form fields. */
  request(method: RawMethod, path: string, { query, body, signal, idempotencyKey }: RawOptions): Promise<unknown> {
    const search = query ? `?${new URLSearchParams(query)}` : "";
    const options = idempotencyKey === undefined || method !== "POST" ? {} : { idempotencyKey };
    return this.call({ attempt: `${method} ${path}`, answer: anyObject }, signal, (stripe) =>
      stripe.rawRequest(method, path + search, method === "POST" ? body : undefined, options),
    );
  }

  /**
   * Creates under the nonce as idempotency key, so that a request that is sent again makes nothing new. Stripe replays
   * its first answer for a day, even when the object has been deleted since: a replayed answer counts only when
   * `exists` confirms it.
   */
  async create<T extends { id: string }>(
    operation: Operation<T>,
    { nonce, signal }: { nonce: string; signal: AbortSignal },
    request: {
      send: (stripe: Stripe, options: { idempotencyKey: string }) => Promise<Stripe.Response<object>>;
      exists: (id: string) => Promise<unknown>;
    },
  ): Promise<T> {
    for (let tried = 1; tried <= KEYS_TRIED; tried++) {
      const idempotencyKey = tried === 1 ? nonce : `${nonce}-${tried}`;
      const response = await this.#attempt(operation.attempt, signal, (stripe) =>
        request.send(stripe, { idempotencyKey }),
      ).catch(unlessKeyIsSpent);
      if (!response) continue;
      const made = parse(operation, response);
      if (!wasReplayed(response)) return made;
      if ((await orAbsent(request.exists(made.id))) !== undefined) return made;
    }
    throw new Refused(`Stripe replayed ${KEYS_TRIED} answers about objects that are gone. Try again in a day.`);
  }

  async #attempt<T>(attempt: string, signal: AbortSignal, send: (stripe: Stripe) => Promise<T>): Promise<T> {
    const stripe = await this.#connect(signal);
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      // The SDK takes an abort for a network failure and would try again for seconds.
      return await Promise.race([send(stripe), stopped]);
    } catch (error) {
      throw this.#explain(error, attempt, signal);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** A fresh SDK object for each call costs a tenth of a millisecond, and is the only way to hand it an abort signal. */
  async #connect(signal: AbortSignal): Promise<Stripe> {
    signal.throwIfAborted();
    const { Stripe: Sdk } = await import("stripe");
    const { protocol, hostname, port, pathname } = new URL(this.#options.baseUrl);
    return new Sdk(this.#options.key, {
      host: hostname,
      port: port || (protocol === "http:" ? 80 : 443),
      protocol: protocol === "http:" ? "http" : "https",
      maxNetworkRetries: NETWORK_RETRIES,
      telemetry: false,
      httpClient: Sdk.createFetchHttpClient((url: string | URL | Request, init?: RequestInit) =>
        this.#send(prefixed(String(url), pathname), init, signal),
      ),
    });
  }

  /** The SDK does not repeat after a rate limit, so this does: a limited request has had no effect. */
  async #send(url: string, init: RequestInit = {}, signal: AbortSignal): Promise<Response> {
    const { pause = (ms, stop) => sleep(ms, undefined, { signal: stop }), fetch = globalThis.fetch } = this.#options;
    const signals = init.signal ? [init.signal, signal] : [signal];
    for (let tried = 0; ; tried++) {
      signal.throwIfAborted();
      const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.any(signals) });
      if (response.status !== 429 || tried === RATE_LIMIT_RETRIES) return response;
      await response.body?.cancel();
      const backOff = FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random() / 2);
      await pause(Math.min(retryAfterMs(response.headers) ?? backOff, LONGEST_PAUSE_MS), signal);
    }
  }

  #explain(error: unknown, attempt: string, signal: AbortSignal): unknown {
    if (signal.aborted) return new Unsettled(`Stripe: ${attempt} was stopped: ${reasonOf(signal.reason)}`);
    if (!isStripeError(error)) return error;
    const { statusCode: status, message, code, requestId } = error;
    const text = redact(message, [this.#options.key]);
    if (status === undefined) return new Unsettled(`Stripe could not be reached for ${attempt}: ${text}`);
    return new ApiError({
      ...{ vendor: "Stripe", attempt, status, message: text, code: code ?? error.rawType, requestId },
      gone: status === 404 || (code === "resource_missing" && error.param === "id"),
      advice: ADVICE[status],
    });
  }
}

function parse<T>({ attempt, answer }: Operation<T>, response: unknown): T {
  const parsed = answer.safeParse(response);
  if (parsed.success) return parsed.data;
  // Where Stripe does not answer 404 for what is deleted, it answers this stub.
  if (deletedStub.safeParse(response).success)
    throw new ApiError({ vendor: "Stripe", attempt, status: 200, message: "it has been deleted", gone: true });
  const fields = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`);
  const message = `the answer is not of the expected form (${fields.join("; ")})`;
  throw new ApiError({ vendor: "Stripe", attempt, status: 200, message, gone: false });
}

const ADVICE: Record<number, string> = {
  401: "Set STRIPE_API_KEY to a valid secret or restricted key of this account",
  403: "Give the key in STRIPE_API_KEY write access to Webhook Endpoints, Products and Prices, and read access to Account",
};

interface SdkError extends Error {
  statusCode?: number;
  code?: string;
  param?: string;
  rawType?: string;
  requestId?: string;
}

/** By shape: the SDK's error classes are not loaded here. */
function isStripeError(error: unknown): error is SdkError {
  return error instanceof Error && "rawType" in error;
}

/** With a fetch client the SDK's headers are a `Headers`, whatever its types say. */
function wasReplayed({ lastResponse }: Stripe.Response<object>): boolean {
  return new Headers(lastResponse.headers).get("idempotent-replayed") === "true";
}

/** The key was used with other parameters: the earlier request was another one, so a further key is due. */
function unlessKeyIsSpent(error: unknown): undefined {
  if (error instanceof ApiError && error.code === "idempotency_error") return undefined;
  throw error;
}

function prefixed(url: string, prefix: string): string {
  const target = new URL(url);
  target.pathname = prefix.replace(/\/$/, "") + target.pathname;
  return target.href;
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
