import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Journal, ProviderInstance } from "@mais/provider-kit/plugin";
import { HalfMade } from "../packages/provider-kit/half-made.ts";
import { type Decoded, valueAt } from "../packages/provider-kit/values.ts";
import type { Sandbox } from "../test/helpers/sandbox.ts";
import type { Properties, Vendor } from "./subjects.ts";

/** An object as the engine's state holds it. */
interface State {
  id: string;
  inputs: Decoded;
  outputs: Decoded;
  /** Made and not ready: the next run updates it. */
  half: boolean;
}

const TIMEOUT_SECONDS = 30;
/** The run that met the fault, and as many as its user is asked to start again. */
const RUNS = 4;
/** Each line of progress lets the sandbox's slow steps go on. */
const STEP_MS = 400;

/** One object's life as the engine leads it: what fails is done again by a new run over the same state and journal. */
export class Life {
  readonly urn: string;
  readonly #vendor: Vendor;
  readonly #sandbox: Sandbox;
  readonly #folder: string;
  /** Everything that a user or a log got to see. */
  readonly said: string[] = [];
  readonly #secrets = new Set<string>();
  #instance: ProviderInstance;
  #state: State | undefined;

  constructor(options: { urn: string; vendor: Vendor; sandbox: Sandbox; folder: string }) {
    this.urn = options.urn;
    this.#vendor = options.vendor;
    this.#sandbox = options.sandbox;
    this.#folder = options.folder;
    this.#instance = this.#start();
  }

  #start(): ProviderInstance {
    const api = this.#vendor.connect(this.#sandbox);
    const say = (_urn: string, text: string) => void this.said.push(text);
    const progress = (_urn: string, text: string) => {
      this.said.push(text);
      this.#sandbox.clock.advance(STEP_MS);
    };
    return new ProviderInstance({
      provider: { ...this.#vendor.provider, credentials: {}, verifyAccount: undefined as never, connect: () => api },
      surroundings: { env: {}, root: this.#folder },
      journal: new Journal(this.#folder),
      // The part of the engine's log that an instance uses.
      log: () => ({ progress, note: say, warn: say }) as never,
      stopped: new AbortController().signal,
    });
  }

  get state(): { id: string; outputs: Properties } | undefined {
    return this.#state && { id: this.#state.id, outputs: this.#state.outputs.properties };
  }

  /** Brings the object to these inputs; throws what the last run met. */
  async up(inputs: Properties): Promise<void> {
    await this.#persist(() => this.#upOnce(inputs));
  }

  /** The names in which a refresh finds another object than these inputs describe. */
  async drift(inputs: Properties): Promise<string[]> {
    return await this.#persist(async () => {
      const live = this.#state && (await this.#instance.read(this.#existing(this.#state)));
      if (!live) throw new Error("the object is gone, and nobody deleted it");
      this.#state = { ...live, half: false };
      return [...this.#instance.diff(this.#existing(this.#state), this.#checked(inputs)).changed];
    });
  }

  async down(): Promise<void> {
    await this.#persist(async () => {
      if (this.#state) await this.#instance.delete(this.#existing(this.#state));
      this.#state = undefined;
    });
  }

  async #persist<T>(run: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        const result = await run();
        this.#rememberSecrets();
        return result;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.said.push(message, ...this.#journalTexts());
        if (tried === RUNS) throw error;
        this.#instance = this.#start();
      }
    }
  }

  async #upOnce(wanted: Properties): Promise<void> {
    const news = this.#checked(wanted);
    const old = this.#state;
    try {
      if (!old) {
        const { id, ...outputs } = await this.#instance.create(this.urn, news, TIMEOUT_SECONDS, false);
        this.#state = { id, inputs: news, outputs, half: false };
        return;
      }
      const { changed, replaces } = this.#instance.diff(this.#existing(old), news);
      if (replaces) throw new Error(`${[...changed].join(", ")} would replace the object`);
      if (changed.size === 0 && !old.half) return;
      const outputs = await this.#instance.update(this.#existing(old), news, false);
      this.#state = { id: old.id, inputs: news, outputs, half: false };
    } catch (error) {
      if (error instanceof HalfMade) {
        const { id, inputs, outputs } = error;
        this.#state = { id: id || (old?.id ?? ""), inputs, outputs, half: true };
      }
      throw error;
    }
  }

  #checked(wanted: Properties): Decoded {
    const olds = this.#state?.inputs ?? plain({});
    const { inputs, secretPaths, problems } = this.#instance.check(this.urn, olds, plain(wanted));
    if (problems.length > 0)
      throw new Error(`refused: ${problems.map(({ property, reason }) => `${property} ${reason}`).join("; ")}`);
    return { properties: inputs, secretPaths };
  }

  #existing({ id, inputs, outputs }: State) {
    return { id, urn: this.urn, oldInputs: inputs, oldOutputs: outputs, timeoutSeconds: TIMEOUT_SECONDS };
  }

  /** Every secret that its state ever held. */
  get secrets(): string[] {
    return [...this.#secrets];
  }

  #rememberSecrets(): void {
    const { properties = {}, secretPaths = [] } = this.#state?.outputs ?? {};
    for (const path of secretPaths) {
      const value = valueAt(properties, path);
      // A shorter one would be found in ordinary words.
      if (typeof value === "string" && value.length >= 8) this.#secrets.add(value);
    }
  }

  #journalTexts(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => readFileSync(join(this.#folder, name), "utf8"));
  }
}

function plain(properties: Properties): Decoded {
  return { properties, secretPaths: [] };
}
