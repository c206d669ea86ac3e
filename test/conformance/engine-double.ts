import type { InputProblem, ProviderDefinition } from "@mais/provider-kit";
import { Journal, ProviderInstance } from "@mais/provider-kit/plugin";
import { type Decoded, decode, encode } from "../../packages/provider-kit/values.ts";
import type { Properties } from "./samples/sample.ts";

/** An object as the engine's state holds it. */
export interface State {
  urn: string;
  id: string;
  inputs: Decoded;
  outputs: Decoded;
}

const TIMEOUT_SECONDS = 30;

/** Asks a provider what the engine asks it, in the engine's order: always Check before Diff, Create and Update. */
export class EngineDouble {
  readonly #instance: ProviderInstance;

  constructor(options: { provider: ProviderDefinition; api: unknown; folder: string; waiting(): void }) {
    const { provider, api, folder, waiting } = options;
    this.#instance = new ProviderInstance({
      // The sandbox in this process needs no credentials; a provider without endpoint never connects.
      provider: { ...provider, credentials: {}, verifyAccount: undefined as never, connect: () => api },
      surroundings: { env: {}, root: folder },
      journal: new Journal(folder),
      log: () => ({ progress: waiting, note() {}, warn() {} }) as never,
      stopped: new AbortController().signal,
    });
  }

  check(urn: string, inputs: Properties, olds?: State): { inputs: Decoded; problems: InputProblem[] } {
    const checked = this.#instance.check(urn, olds?.inputs ?? plain({}), plain(inputs));
    return {
      inputs: overWire({ properties: checked.inputs, secretPaths: checked.secretPaths }),
      problems: checked.problems,
    };
  }

  /** What goes on to the next step: a problem ends the run. */
  #accepted(urn: string, inputs: Properties, olds?: State): Decoded {
    const { inputs: accepted, problems } = this.check(urn, inputs, olds);
    if (problems.length > 0)
      throw new Error(`refused: ${problems.map(({ property, reason }) => `${property} ${reason}`).join("; ")}`);
    return accepted;
  }

  async create(urn: string, inputs: Properties): Promise<State> {
    const news = this.#accepted(urn, inputs);
    const { id, ...outputs } = await this.#instance.create(urn, news, TIMEOUT_SECONDS, false);
    return { urn, id, inputs: news, outputs: overWire(outputs) };
  }

  async previewCreate(urn: string, inputs: Properties): Promise<State> {
    const news = this.#accepted(urn, inputs);
    const { id, ...outputs } = await this.#instance.create(urn, news, TIMEOUT_SECONDS, true);
    return { urn, id, inputs: news, outputs: overWire(outputs) };
  }

  /** Also where the inputs differ in nothing: then `changes` is empty. */
  diff(state: State, inputs: Properties) {
    const news = this.#accepted(state.urn, inputs, state);
    const difference = this.#instance.diff(existing(state), news);
    return { ...difference, changed: [...difference.changed].sort() };
  }

  async update(state: State, inputs: Properties, preview = false): Promise<State> {
    const news = this.#accepted(state.urn, inputs, state);
    const outputs = await this.#instance.update(existing(state), news, preview);
    return { ...state, inputs: news, outputs: overWire(outputs) };
  }

  /** Undefined when the object is gone. */
  async read(state: State): Promise<State | undefined> {
    const live = await this.#instance.read(existing(state));
    return live && { urn: state.urn, id: live.id, inputs: overWire(live.inputs), outputs: overWire(live.outputs) };
  }

  import(urn: string, id: string): Promise<State | undefined> {
    return this.read({ urn, id, inputs: plain({}), outputs: plain({}) });
  }

  delete(state: State): Promise<void> {
    return this.#instance.delete(existing(state));
  }
}

function existing({ urn, id, inputs, outputs }: State) {
  return { urn, id, oldInputs: inputs, oldOutputs: outputs, timeoutSeconds: TIMEOUT_SECONDS };
}

function plain(properties: Properties): Decoded {
  return { properties, secretPaths: [] };
}

/** What is left of it once the engine has it: a value that is undefined is none. */
function overWire({ properties, secretPaths }: Decoded): Decoded {
  return decode(encode(properties, secretPaths));
}
