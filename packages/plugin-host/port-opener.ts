import type { ProviderDefinition } from "@mais/provider-kit";
import {
  type EngineLog,
  engineLog,
  Journal,
  Preflight,
  ProviderInstance,
  type Surroundings,
  serve,
} from "@mais/provider-kit/plugin";
import { journalFolder } from "./journal-folder.ts";

interface Host {
  surroundings: Surroundings;
  stop: AbortSignal;
  /** Undefined where no provider has this name. */
  load(vendor: string): Promise<ProviderDefinition> | undefined;
}

/**
 * Serves one vendor on a port of its own, with a configuration of its own: the engine has one plugin per provider
 * instance. Whatever waits there ends when the engine cancels its run, and everywhere when `stop` is aborted.
 */
export function portOpener({ surroundings, stop, load }: Host): (vendor: string) => Promise<number> {
  const journal = new Journal(journalFolder(surroundings.env, surroundings.root));
  const preflight = new Preflight(surroundings.env);
  let log: EngineLog | undefined;
  const onEngine = (address: string) => {
    log ??= engineLog(address);
  };
  return async (vendor) => {
    const provider = await load(vendor);
    if (!provider) throw new Error(`no provider is called ${vendor}`);
    const cancel = new AbortController();
    const stopped = AbortSignal.any([stop, cancel.signal]);
    const instance = new ProviderInstance({ provider, surroundings, journal, log: () => log, stopped, preflight });
    const { port } = await serve(provider, instance, onEngine, () => cancel.abort(new Error("the run was canceled")));
    return port;
  };
}
