import type { Call, Found, ProviderDefinition, ResourceDefinition } from "@mais/provider-kit";
import { redact } from "@mais/provider-kit";
import { connect } from "@mais/provider-kit/plugin";
import { PROVIDERS } from "../../packages/plugin-host/providers.ts";
import { decryptedValues, resourcesOf, type StackState } from "../engine/stack-state.ts";

type Properties = Record<string, unknown>;

/** How long one vendor may take to answer. */
const LIMIT_MS = 60_000;

interface Connected {
  api: unknown;
  secrets: string[];
}

/** What was looked up: a resource kind, and the properties that its look-up goes by. */
export interface LookUp {
  urn: string;
  definition: ResourceDefinition;
  inputs: Properties;
  /** The create that did not end, as the journal has it. */
  interrupted?: { id?: string; startedAt: number } | undefined;
}

/** Asks the vendors of a stack, as its providers would: same code, same account, same credentials. Only ever reads. */
export class Vendors {
  readonly #env: Record<string, string | undefined>;
  readonly #root: string;
  readonly #state: StackState;
  readonly #connected = new Map<string, Promise<Connected>>();
  /** Secret texts of the state, which no message may hold. */
  readonly #secrets: string[];

  /** `state` is exported with its secrets: some look-ups need one, such as a Postmark server's token. */
  constructor(options: { env: Record<string, string | undefined>; root: string; state: StackState }) {
    this.#env = options.env;
    this.#root = options.root;
    this.#state = options.state;
    this.#secrets = resourcesOf(options.state).flatMap(
      ({ inputs, outputs }) => decryptedValues({ inputs, outputs }).secrets,
    );
  }

  /** The kind that a type token names, if it is one of ours. */
  async definition(token: string): Promise<ResourceDefinition | undefined> {
    const kinds = await kindsOf(token.split(":")[0] ?? "");
    return kinds.find((kind) => kind.token === token);
  }

  /** Objects that bear the natural key; undefined for a kind without one. */
  async find({ urn, definition, inputs, interrupted }: LookUp): Promise<Found[] | undefined> {
    const { find } = definition;
    if (!find) return undefined;
    return await this.#ask(definition, (api) => find(api, inputs as never, { ...quietCall(urn), interrupted }));
  }

  /** Whether the vendor still has the object. */
  async exists({ urn, definition, inputs }: LookUp, id: string, outputs?: Properties): Promise<boolean> {
    const call = { ...quietCall(urn), inputs: outputs && (inputs as never), outputs: outputs as never };
    return (await this.#ask(definition, (api) => definition.read(api, id, call))) !== undefined;
  }

  /** Configuration of the stack's own provider of a vendor. */
  configuration(vendor: string): Properties {
    const own = resourcesOf(this.#state).find(({ urn }) => urn.endsWith(`::pulumi:providers:${vendor}::${vendor}`));
    return decryptedValues(own?.inputs ?? {}).properties;
  }

  async #ask<T>(definition: ResourceDefinition, run: (api: unknown) => Promise<T>): Promise<T> {
    const vendor = definition.token.split(":")[0] ?? "";
    let secrets = this.#secrets;
    try {
      const connected = this.#connected.get(vendor) ?? this.#connect(vendor);
      this.#connected.set(vendor, connected);
      const { api, secrets: credentials } = await connected;
      secrets = [...secrets, ...credentials];
      return await run(api);
    } catch (error) {
      throw new Error(redact(error instanceof Error ? error.message : String(error), secrets), { cause: error });
    }
  }

  async #connect(vendor: string): Promise<Connected> {
    const provider = await PROVIDERS[vendor]?.();
    if (!provider) throw new Error(`${vendor} is no provider of this project`);
    const surroundings = { env: this.#env, root: this.#root };
    return await connect(provider, this.configuration(vendor), surroundings, AbortSignal.timeout(LIMIT_MS));
  }
}

/** Every kind that one of our providers manages. */
export async function kindsOf(vendor: string): Promise<ResourceDefinition[]> {
  const load = Object.hasOwn(PROVIDERS, vendor) ? PROVIDERS[vendor] : undefined;
  const provider: ProviderDefinition | undefined = await load?.();
  // `defineProvider` takes any class that `defineResource` made.
  const classes = (provider?.resources ?? []) as readonly { definition: ResourceDefinition }[];
  return classes.map(({ definition }) => definition);
}

export const VENDORS = Object.keys(PROVIDERS);

/** A look-up says nothing to the engine: none listens. */
function quietCall(urn: string): Call {
  return { urn, signal: AbortSignal.timeout(LIMIT_MS), progress() {}, note() {}, warn() {} };
}
