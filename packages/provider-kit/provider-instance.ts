import { type Attempt, Attempts } from "./attempts.ts";
import { checkArguments, checkConfig, checkInputs } from "./check.ts";
import type { Surroundings } from "./connect.ts";
import { createOnce } from "./create.ts";
import type { ProviderDefinition } from "./define-provider.ts";
import type { InputProblem, ResourceDefinition } from "./define-resource.ts";
import { changedInputs, type Difference, diffInputs, guardData } from "./diff.ts";
import type { EngineLog } from "./engine-log.ts";
import { PartialFailure, Refused } from "./errors.ts";
import { HalfMade } from "./half-made.ts";
import type { Journal } from "./journal.ts";
import { managedInputs } from "./managed-inputs.ts";
import type { Preflight } from "./preflight.ts";
import { redact } from "./redact.ts";
import { alwaysSecret, pick, recomputedOutputs, secretPaths, stateOf, unknownOutputs } from "./result.ts";
import { upgraded, versioned, withoutVersion } from "./state-version.ts";
import { describeUrn, parseUrn } from "./urn.ts";
import { type Decoded, type Path, type PropertyMap, secretTexts } from "./values.ts";

/** What an operation on an existing object starts from. */
export interface Existing {
  id: string;
  urn: string;
  oldInputs: Decoded;
  oldOutputs: Decoded;
  timeoutSeconds: number;
}

const NOTHING: Decoded = { properties: {}, secretPaths: [] };

/** One provider instance: plain properties in, plain properties out. It knows nothing of the wire. */
export class ProviderInstance {
  readonly #provider: ProviderDefinition;
  readonly #definitions: Map<string, ResourceDefinition>;
  readonly #journal: Journal;
  readonly #attempts: Attempts;

  constructor(options: {
    provider: ProviderDefinition;
    surroundings: Surroundings;
    journal: Journal;
    log: () => EngineLog | undefined;
    stopped: AbortSignal;
    /** Shared by the instances of one engine run. */
    preflight?: Preflight;
  }) {
    this.#provider = options.provider;
    this.#journal = options.journal;
    this.#attempts = new Attempts(options);
    // `defineProvider` takes any class that `defineResource` made.
    const resources = options.provider.resources as readonly { definition: ResourceDefinition }[];
    this.#definitions = new Map(resources.map(({ definition }) => [definition.token, definition]));
  }

  /** `olds` is what the state has of this provider: nothing where the program has only now declared it. */
  checkConfig(args: PropertyMap, olds: PropertyMap): InputProblem[] {
    this.#attempts.announce(Object.keys(olds).length === 0, args);
    return checkConfig(this.#provider, args);
  }

  configure(args: PropertyMap): void {
    this.#attempts.configure(args);
  }

  check(
    urn: string,
    olds: Decoded,
    news: Decoded,
  ): { inputs: PropertyMap; secretPaths: Path[]; problems: InputProblem[] } {
    const definition = this.#definition(urn);
    if (Object.keys(olds.properties).length === 0) this.#attempts.announce(true);
    const { oldInputs } = upgraded(definition, { urn, oldInputs: olds, oldOutputs: NOTHING });
    const { inputs, problems } = checkInputs(definition, news.properties, urn);
    if (problems.length === 0)
      problems.push(...guardData(definition, oldInputs.properties, inputs, parseUrn(urn).name));
    const secrets = secretTexts(news);
    const safe = problems.map(({ property, reason }) => ({ property, reason: redact(reason, secrets) }));
    const paths = [...news.secretPaths, ...alwaysSecret(definition, inputs)];
    return { inputs: versioned(definition, inputs), secretPaths: paths, problems: safe };
  }

  diff(existing: Omit<Existing, "timeoutSeconds">, news: Decoded): Difference & { createBeforeDelete: boolean } {
    const definition = this.#definition(existing.urn);
    this.#journal.settle(existing.urn, existing.id);
    const { oldInputs } = upgraded(definition, existing);
    const difference = diffInputs(definition, oldInputs.properties, withoutVersion(news).properties);
    return { ...difference, createBeforeDelete: definition.createBeforeDelete ?? !definition.find };
  }

  async create(
    urn: string,
    checked: Decoded,
    timeoutSeconds: number,
    preview: boolean,
  ): Promise<{ id: string } & Decoded> {
    const definition = this.#definition(urn);
    const news = withoutVersion(checked);
    if (preview) return { id: "", ...stateOf(definition, news, unknownOutputs(definition)) };
    return this.#attempts.run(
      attempt("create", definition, { urn, timeoutSeconds, known: [news] }),
      async (api, call) => {
        const { id, ...live } = await settle(definition, news, () =>
          createOnce(definition, api, news.properties, call, this.#journal),
        );
        return { id, ...stateOf(definition, news, live) };
      },
    );
  }

  async update(existing: Existing, checked: Decoded, preview: boolean): Promise<Decoded> {
    const definition = this.#definition(existing.urn);
    const { id, oldInputs, oldOutputs } = upgraded(definition, existing);
    const news = withoutVersion(checked);
    const changed = changedInputs(definition, oldInputs.properties, news.properties);
    const outputs = pick(definition.outputs, oldOutputs.properties);
    if (preview) return stateOf(definition, news, { ...outputs, ...recomputedOutputs(definition, changed) });
    const known = [oldInputs, oldOutputs, news];
    return this.#attempts.run(attempt("update", definition, { ...existing, known }), async (api, call) => {
      const olds = pick(definition.inputs, oldInputs.properties);
      const attempted = pick(definition.inputs, oldOutputs.properties) as never;
      const update = { ...call, olds: olds as never, attempted, outputs: outputs as never, changed };
      const inputs = pick(definition.inputs, news.properties);
      const live = await settle(
        definition,
        news,
        async () => definition.update?.(api, id, inputs as never, update) ?? {},
        outputs,
      );
      return stateOf(definition, news, { ...outputs, ...live });
    });
  }

  /** Undefined when the object is gone. On import there are no old inputs: everything that is live is answered. */
  async read(existing: Existing): Promise<{ id: string; inputs: Decoded; outputs: Decoded } | undefined> {
    const definition = this.#definition(existing.urn);
    const { id, urn, oldInputs, oldOutputs } = upgraded(definition, existing);
    const imported = Object.keys(oldOutputs.properties).length === 0;
    this.#journal.settle(urn, id);
    const known = [oldInputs, oldOutputs];
    return this.#attempts.run(attempt("read", definition, { ...existing, known }), async (api, call) => {
      const inputs = imported ? undefined : pick(definition.inputs, oldInputs.properties);
      const outputs = imported ? undefined : pick(definition.outputs, oldOutputs.properties);
      const live = await definition.read(api, id, { ...call, inputs: inputs as never, outputs: outputs as never });
      if (!live) return undefined;
      const kept = managedInputs(definition, live as PropertyMap, imported ? undefined : oldInputs.properties);
      const secretPaths = [...oldInputs.secretPaths, ...alwaysSecret(definition, kept)];
      // As after a create: what the vendor filled in stays beside the inputs, or the engine would report a change.
      const merged = { ...outputs, ...(live as PropertyMap) };
      const state = stateOf(definition, { properties: kept, secretPaths }, merged);
      return { id: live.id ?? id, inputs: { properties: versioned(definition, kept), secretPaths }, outputs: state };
    });
  }

  async delete(existing: Existing): Promise<void> {
    const definition = this.#definition(existing.urn);
    const { id, urn, oldInputs, oldOutputs } = upgraded(definition, existing);
    const known = [oldInputs, oldOutputs];
    await this.#attempts.run(attempt("delete", definition, { ...existing, known }), async (api, call) => {
      const inputs = pick(definition.inputs, oldInputs.properties);
      const outputs = pick(definition.outputs, oldOutputs.properties);
      await definition.delete(api, id, { ...call, inputs: inputs as never, outputs: outputs as never });
      this.#journal.drop(urn);
    });
  }

  /** A function's answer, or everything that is wrong with its arguments. */
  async invoke(token: string, args: Decoded): Promise<Decoded | InputProblem[]> {
    const invoke = this.#provider.invokes?.find((one) => one.token === token);
    if (!invoke) {
      const known = this.#provider.invokes?.map((one) => one.token).join(", ") || "none";
      throw new Refused(`${token} is not a function of the ${this.#provider.title} provider. It has: ${known}.`);
    }
    const { inputs, problems } = checkArguments(invoke, args.properties);
    const secrets = secretTexts(args);
    if (problems.length > 0)
      return problems.map(({ property, reason }) => ({ property, reason: redact(reason, secrets) }));
    return this.#attempts.run(
      { what: `call ${token}`, urn: "", timeoutSeconds: 0, known: [args] },
      async (api, { signal }) => {
        const properties = pick(invoke.outputs, await invoke.run(api, inputs as never, { signal }));
        return { properties, secretPaths: secretPaths(invoke.secrets, properties) };
      },
    );
  }

  #definition(urn: string): ResourceDefinition {
    const { type } = parseUrn(urn);
    const definition = this.#definitions.get(type);
    if (definition) return definition;
    throw new Refused(
      `${type} is not a resource of the ${this.#provider.title} provider. It has: ${[...this.#definitions.keys()].join(", ")}.`,
    );
  }
}

/** What an operation of the engine's needs to know of the kind and of the object. */
function attempt(
  verb: "create" | "read" | "update" | "delete",
  { timeoutMinutes }: ResourceDefinition,
  { urn, timeoutSeconds, known }: Pick<Attempt, "urn" | "timeoutSeconds" | "known">,
): Attempt {
  return {
    what: `${verb} ${describeUrn(urn)}`,
    urn,
    timeoutSeconds,
    usualMinutes: timeoutMinutes,
    known,
    writes: verb !== "read",
  };
}

/** A half-made object leaves with what is known of it, in the shape of a finished one. */
async function settle<T>(
  definition: ResourceDefinition,
  news: Decoded,
  run: () => Promise<T>,
  outputs: PropertyMap = {},
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    const state = stateOf(definition, news, { ...outputs, ...error.live });
    throw new HalfMade(error, state, { ...news, properties: versioned(definition, news.properties) });
  }
}
