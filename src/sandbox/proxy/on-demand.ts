import { resolve } from "node:path";
import type { Exchange } from "../server.ts";
import type { Clock } from "../world.ts";
import { answerHost } from "./answer-host.ts";
import { Authority } from "./authority.ts";
import type { Emulated } from "./emulated.ts";
import { PERMITTED_NAMES } from "./hosts.ts";
import { type ProxyRefusal, type SandboxProxy, startProxy } from "./proxy.ts";

/** What a tool needs to be told. */
export interface ProxyAddress {
  schema: "mais.sandbox.proxy-address/1";
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The file with the certificate of its authority. */
  certificate: string;
  expires: string;
  /** Names that it stands for, those below them included. */
  hosts: readonly string[];
}

export interface OnDemandOptions {
  /** The sandbox's. */
  dir: string;
  emulated: Emulated;
  /** Where it listened last, so that shells which know it can go on. */
  lastPort(): number | undefined;
  listens(port: number): void;
  refused(exchange: Exchange): void;
}

/** The sandbox's proxy, which listens once somebody asks for it, and ends with the sandbox. */
export class ProxyOnDemand {
  readonly #options: OnDemandOptions;
  #started: Promise<Started> | undefined;

  constructor(options: OnDemandOptions) {
    this.#options = options;
  }

  async start(): Promise<ProxyAddress> {
    this.#started ??= this.#start();
    const { proxy, authority } = await this.#started.catch((error: unknown) => {
      this.#started = undefined;
      throw error;
    });
    authority.renew();
    return {
      schema: "mais.sandbox.proxy-address/1",
      url: `http://127.0.0.1:${proxy.port}`,
      certificate: authority.file,
      expires: authority.expires.toISOString(),
      hosts: PERMITTED_NAMES,
    };
  }

  async close(): Promise<void> {
    const started = await this.#started?.catch(() => undefined);
    await started?.proxy.close();
  }

  async #start(): Promise<Started> {
    const { dir, emulated, lastPort, listens, refused } = this.#options;
    const authority = Authority.open({
      folder: resolve(dir, "proxy"),
      besides: emulated.world.dataServers?.authorityFile,
    });
    const proxy = await startProxy({
      authority,
      port: lastPort(),
      answer: (destination, request, response) => answerHost(destination, { request, response, emulated }),
      refused: (refusal) => refused(toExchange(refusal, emulated.world.clock)),
    });
    listens(proxy.port);
    return { proxy, authority };
  }
}

interface Started {
  proxy: SandboxProxy;
  authority: Authority;
}

/** As the log keeps it: who was asked for, and that nothing came of it. */
function toExchange({ method, target, status }: ProxyRefusal, clock: Clock): Exchange {
  return {
    ...{ time: clock.now(), vendor: "proxy", method, path: target, query: new URLSearchParams(), contentType: "" },
    ...{ requestText: "", status, responseJson: undefined, route: undefined, evidence: undefined, ms: 0 },
  };
}
