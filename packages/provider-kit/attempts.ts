import { type Connected, connect, type Surroundings } from "./connect.ts";
import type { ProviderDefinition } from "./define-provider.ts";
import type { Call } from "./define-resource.ts";
import type { EngineLog } from "./engine-log.ts";
import { Refused } from "./errors.ts";
import { HalfMade } from "./half-made.ts";
import { redact } from "./redact.ts";
import { type Decoded, type PropertyMap, secretTexts } from "./values.ts";

/** One operation of the engine's, in words. */
export interface Attempt {
  /** `create Project "main"`, for the message when it fails. */
  what: string;
  urn: string;
  /** The resource's `customTimeouts`; 0 stands for none. */
  timeoutSeconds: number;
  /** What the kind takes where there are none. @defaultValue 30 */
  usualMinutes?: number | undefined;
  /** Properties whose secret values must not stand in any message. */
  known: readonly Decoded[];
}

const USUAL_MINUTES = 30;

/** What all operations of a provider instance share: its connection, deadlines, and messages that hold no secret. */
export class Attempts {
  readonly #provider: ProviderDefinition;
  readonly #surroundings: Surroundings;
  readonly #log: () => EngineLog | undefined;
  readonly #stopped: AbortSignal;
  #args: PropertyMap = {};
  #connected: Promise<Connected> | undefined;
  #secrets: string[] = [];

  constructor(options: {
    provider: ProviderDefinition;
    surroundings: Surroundings;
    log: () => EngineLog | undefined;
    stopped: AbortSignal;
  }) {
    this.#provider = options.provider;
    this.#surroundings = options.surroundings;
    this.#log = options.log;
    this.#stopped = options.stopped;
  }

  configure(args: PropertyMap): void {
    this.#args = args;
    this.#connected = undefined;
  }

  /** Runs one operation over the connection, whose account is verified before its first call. */
  async run<T>(attempt: Attempt, operate: (api: unknown, call: Call) => Promise<T>): Promise<T> {
    const secrets = () => [...this.#secrets, ...attempt.known.flatMap(secretTexts)];
    try {
      const { timeoutSeconds, usualMinutes = USUAL_MINUTES } = attempt;
      const signal = this.#signal(timeoutSeconds || usualMinutes * 60);
      const { api } = await this.#connect(signal);
      return await operate(api, this.#call(attempt, signal, secrets()));
    } catch (error) {
      if (error instanceof HalfMade) throw error.redacted((text) => redact(text, secrets()));
      const message = error instanceof Error ? error.message : String(error);
      throw new Refused(redact(`Could not ${attempt.what}: ${message}`, secrets()), { cause: error });
    }
  }

  #connect(signal: AbortSignal): Promise<Connected> {
    this.#connected ??= connect(this.#provider, this.#args, this.#surroundings, signal).then(
      (connected) => {
        this.#secrets = connected.secrets;
        return connected;
      },
      (error) => {
        this.#connected = undefined;
        throw error;
      },
    );
    return this.#connected;
  }

  #signal(seconds: number): AbortSignal {
    return AbortSignal.any([this.#stopped, AbortSignal.timeout(seconds * 1000)]);
  }

  #call({ urn, timeoutSeconds }: Attempt, signal: AbortSignal, secrets: readonly string[]): Call {
    return {
      urn,
      signal,
      customTimeoutSeconds: timeoutSeconds || undefined,
      progress: (message) => this.#log()?.progress(urn, redact(message, secrets)),
      note: (message) => this.#log()?.note(urn, redact(message, secrets)),
      warn: (message) => this.#log()?.warn(urn, redact(message, secrets)),
    };
  }
}
