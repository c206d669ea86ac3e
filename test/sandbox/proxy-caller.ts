import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import type { Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { DataServers } from "../../src/sandbox/data-servers.ts";
import { answerHost } from "../../src/sandbox/proxy/answer-host.ts";
import { Authority } from "../../src/sandbox/proxy/authority.ts";
import { type ProxyRefusal, startProxy } from "../../src/sandbox/proxy/proxy.ts";
import type { ServiceHost } from "../../src/sandbox/service-host.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A sandbox with its proxy, in this process. */
export interface ProxyRig extends AsyncDisposable {
  sandbox: Sandbox;
  port: number;
  refusals: ProxyRefusal[];
  /** A proxy's answer to `CONNECT`, with the connection behind it. */
  tunnel(target: string): Promise<{ status: number; text: string; socket: Socket }>;
  /** The connection to a host through a tunnel, which trusts the proxy's authority alone. */
  secure(host: string, options?: { servername?: string; rejectUnauthorized?: boolean }): Promise<TLSSocket>;
  ask(host: string, asked?: Asked): Promise<Answer>;
  /** A request to the proxy itself, beside any tunnel. */
  plain(target: string, asked?: Asked): Promise<Answer>;
}

export async function startProxyRig(
  vendors: readonly string[],
  options: { services?: ServiceHost; dataServers?: DataServers } = {},
): Promise<ProxyRig> {
  const folder = temporaryFolder();
  // What is behind data hosts is not the vendor's answer, and no contract is about it.
  const { dataServers, ...rest } = options;
  const sandbox = await startSandbox(vendors, { ...rest, contract: "unchecked" });
  const refusals: ProxyRefusal[] = [];
  const authority = Authority.open({ folder: folder.path });
  const url = () => sandbox.url("").replace(/\/$/, "");
  const emulated = { url, world: { ...sandbox.world, dataServers }, store: sandbox.store };
  const proxy = await startProxy({
    authority,
    answer: (destination, request, response) => answerHost(destination, { request, response, emulated }),
    refused: (refusal) => void refusals.push(refusal),
  });
  const { port } = proxy;
  const secure: ProxyRig["secure"] = async (host, options = {}) => {
    const { socket } = await openTunnel(port, `${host}:443`);
    const own = { socket, servername: host, ca: readFileSync(authority.file), ALPNProtocols: ["h2", "http/1.1"] };
    const client = connect({ ...own, ...options });
    await once(client, "secureConnect");
    return client;
  };
  return {
    ...{ sandbox, port, refusals, secure },
    tunnel: (target) => openTunnel(port, target),
    async ask(host, asked) {
      const socket = await secure(host);
      return await send({ createConnection: () => socket, headers: { host } }, asked);
    },
    plain: (target, asked) => send({ host: "127.0.0.1", port }, { ...asked, path: target }),
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await sandbox[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

async function openTunnel(port: number, target: string): Promise<{ status: number; text: string; socket: Socket }> {
  const opening = request({ host: "127.0.0.1", port, method: "CONNECT", path: target, agent: false }).end();
  const [response, socket, head] = await once(opening, "connect");
  return { status: response.statusCode, text: `${response.statusMessage}\n${head}`, socket };
}

interface Connection {
  host?: string;
  port?: number;
  createConnection?(): TLSSocket;
  headers?: Record<string, string>;
}

async function send(
  connection: Connection,
  { method = "GET", path = "/", headers, body }: Asked = {},
): Promise<Answer> {
  const own = { connection: "close", ...connection.headers, ...headers };
  // With an agent Node would make a connection of its own.
  const sending = request({ ...connection, method, path, headers: own }).end(body);
  const [response] = await once(sending, "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}
