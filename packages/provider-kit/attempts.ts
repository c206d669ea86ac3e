import { type Connected, connect, type Surroundings } from "./connect.ts";
import type { ProviderDefinition } from "./define-provider.ts";
import type { Call } from "./define-resource.ts";
import type { EngineLog } from "./engine-log.ts";
import { Refused } from "./errors.ts";
import { HalfMade } from "./half-made.ts";
import { Preflight } from "./preflight.ts";
import { tellProgress } from "./progress.ts";
import { redact } from "./redact.ts";
import { messageIn, startDeadline, stoppable, type TimeLimit } from "./stopping.ts";
import { type Decoded, type PropertyMap, secretTexts } from "./values.ts";

/** One operation of the engine's, in words. */
export interface Attempt extends TimeLimit {
  /** `create Project "main"`, for the message when it fails. */
  what: string;
  urn: string;
  /** It is to change something at the vendor. */
  writes?: boolean;
  /** Properties whose secret values must not stand in any message. */
  known: readonly Decoded[];
}

/** Verifying the account takes a few calls at most. */
const CONNECT_LIMIT_MS = 5 * 60_000;

/** What all operations of a provider instance share: its connection, deadlines, and messages that hold no secret. */
export class Attempts {
  readonly #provider: ProviderDefinition;
  readonly #surroundings: Surroundings;
  readonly #log: () => EngineLog | undefined;
  readonly #stopped: AbortSignal;
  readonly #preflight: Preflight;
  #args: PropertyMap = {};
  #connected: Promise<Connected> | undefined;
  #secrets: string[] = [];

  constructor(options: {
    provider: ProviderDefinition;
    surroundings: Surroundings;
    log: () => EngineLog | undefined;
    stopped: AbortSignal;
    preflight?: Preflight | undefined;
  }) {
    this.#provider = options.provider;
    this.#surroundings = options.surroundings;
    this.#log = options.log;
    this.#stopped = options.stopped;
    this.#preflight = options.preflight ?? new Preflight(options.surroundings.env);
  }

  configure(args: PropertyMap): void {
    this.#args = args;
    this.#connected = undefined;
  }

  /** The program uses this provider; `makes` where it is going to make something for certain. */
  announce(makes: boolean, args = this.#args): void {
    this.#preflight.announce({ provider: this.#provider, args }, makes);
  }

  /** Runs one operation over the connection, whose account is verified before its first call. */
  async run<T>(attempt: Attempt, operate: (api: unknown, call: Call) => Promise<T>): Promise<T> {
    const secrets = () => [...this.#secrets, ...attempt.known.flatMap(secretTexts)];
    using deadline = startDeadline(attempt);
    const signal = AbortSignal.any([this.#stopped, deadline.signal]);
    try {
      const used = { provider: this.#provider, args: this.#args };
      if (attempt.writes) this.#preflight.requireForWrite(used);
      else this.#preflight.requireForRead(used);
      const { api } = await stoppable(this.#connect(), signal);
      return await operate(api, this.#call(attempt, signal, secrets()));
    } catch (error) {
      if (error instanceof HalfMade) throw error.redacted((text) => redact(text, secrets()));
      throw new Refused(redact(`Could not ${attempt.what}: ${messageIn(error, signal)}`, secrets()), { cause: error });
    }
  }

  /** Shared by all operations, so that no single one's deadline ends it. */
  #connect(): Promise<Connected> {
    this.#connected ??= this.#open().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  async #open(): Promise<Connected> {
    const signal = AbortSignal.any([this.#stopped, AbortSignal.timeout(CONNECT_LIMIT_MS)]);
    const connected = await connect(this.#provider, this.#args, this.#surroundings, signal);
    this.#secrets = connected.secrets;
    return connected;
  }

  #call({ urn, timeoutSeconds }: Attempt, signal: AbortSignal, secrets: readonly string[]): Call {
    const progress = (message: string) => this.#log()?.progress(urn, redact(message, secrets));
    tellProgress(signal, progress);
    return {
      urn,
      signal,
      customTimeoutSeconds: timeoutSeconds || undefined,
      progress,
      note: (message) => this.#log()?.note(urn, redact(message, secrets)),
      warn: (message) => this.#log()?.warn(urn, redact(message, secrets)),
    };
  }
}
