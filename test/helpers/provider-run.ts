import type { ProviderDefinition } from "@mais/provider-kit";
import { Journal, ProviderInstance } from "@mais/provider-kit/plugin";

type Properties = Record<string, unknown>;

/** An object as the engine keeps it. */
export interface Managed {
  urn: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

export interface ProviderRun {
  warnings: string[];
  create(urn: string, inputs: Properties): Promise<Managed>;
  /** Undefined when the object is gone. */
  refresh(object: Managed): Promise<Managed | undefined>;
  import(urn: string, id: string): Promise<Managed | undefined>;
  /** The names that change, and whether the change replaces. */
  diff(object: Managed, inputs: Properties): { changed: string[]; replaces: boolean; createBeforeDelete: boolean };
  update(object: Managed, inputs: Properties): Promise<Managed>;
  delete(object: Managed): Promise<void>;
}

/** Runs a provider's resources as the engine does, through the kit, over an API client of the test's. */
export function runProvider(provider: unknown, api: unknown, journalFolder: string): ProviderRun {
  const warnings: string[] = [];
  const instance = new ProviderInstance({
    // The kit sees every provider alike; the test's own client needs no credentials.
    provider: { ...(provider as ProviderDefinition), credentials: {}, verifyAccount: undefined, connect: () => api },
    surroundings: { env: {}, root: journalFolder },
    journal: new Journal(journalFolder),
    log: () =>
      ({ progress() {}, note() {}, warn: (_urn: string, message: string) => void warnings.push(message) }) as never,
    stopped: new AbortController().signal,
  });
  const checked = (urn: string, inputs: Properties, olds: Properties = {}) => {
    const { inputs: filled, problems } = instance.check(urn, plain(olds), plain(inputs));
    if (problems.length > 0)
      throw new Error(problems.map(({ property, reason }) => `${property} ${reason}`).join("; "));
    return plain(filled);
  };
  const existing = ({ urn, id, inputs, outputs }: Managed) => ({
    ...{ urn, id, oldInputs: plain(inputs), oldOutputs: plain(outputs), timeoutSeconds: 30 },
  });
  const read = async (object: Managed) => {
    const live = await instance.read(existing(object));
    return live && { urn: object.urn, id: live.id, inputs: live.inputs.properties, outputs: live.outputs.properties };
  };
  return {
    warnings,
    async create(urn, inputs) {
      const news = checked(urn, inputs);
      const { id, properties } = await instance.create(urn, news, 30, false);
      return { urn, id, inputs: news.properties, outputs: properties };
    },
    refresh: read,
    import: (urn, id) => read({ urn, id, inputs: {}, outputs: {} }),
    diff(object, inputs) {
      const { changed, ...rest } = instance.diff(existing(object), checked(object.urn, inputs, object.inputs));
      return { changed: [...changed].sort(), replaces: rest.replaces, createBeforeDelete: rest.createBeforeDelete };
    },
    async update(object, inputs) {
      const news = checked(object.urn, inputs, object.inputs);
      const { properties } = await instance.update(existing(object), news, false);
      return { ...object, inputs: news.properties, outputs: properties };
    },
    delete: (object) => instance.delete(existing(object)),
  };
}

function plain(properties: Properties) {
  return { properties, secretPaths: [] };
}
