import {
  type EngineLog,
  engineLog,
  Journal,
  ProviderInstance,
  type Surroundings,
  serve,
} from "@mais/provider-kit/plugin";
import { journalFolder } from "./journal-folder.ts";
import { PROVIDERS } from "./providers.ts";

/**
 * Serves one vendor on a port of its own, with a configuration of its own: the engine has one plugin per provider
 * instance. Whatever waits there ends when the engine cancels its run, and everywhere when `stop` is aborted.
 */
export function portOpener(surroundings: Surroundings, stop: AbortSignal): (vendor: string) => Promise<number> {
  const { env, root } = surroundings;
  const journal = new Journal(journalFolder(env, root));
  let log: EngineLog | undefined;
  const onEngine = (address: string) => {
    log ??= engineLog(address);
  };
  return async (vendor) => {
    const provider = await PROVIDERS[vendor]?.();
    if (!provider) throw new Error(`no provider is called ${vendor}`);
    const cancel = new AbortController();
    const stopped = AbortSignal.any([stop, cancel.signal]);
    const instance = new ProviderInstance({ provider, surroundings, journal, log: () => log, stopped });
    const { port } = await serve(provider, instance, onEngine, () => cancel.abort(new Error("the run was canceled")));
    return port;
  };
}
