import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceProcess } from "./service-process.ts";

/** What stands behind a service's port: a process, or nobody but this sandbox. */
export type Behind = ServiceProcess | "stand-in";

interface Described {
  name: string;
  healthCheckPath: string | undefined;
}

/**
 * A service's own port, the same for all its versions. Each request goes whole to the version that was current when it
 * came, so a switch loses none.
 */
export class ServiceFront {
  readonly port: number;
  readonly #server: Server;
  #behind: Behind;
  #described: Described;
  readonly #underWay = new Map<Behind, number>();
  /** No connections of the server's any more. */
  readonly #upgraded = new Set<Socket>();

  private constructor(server: Server, behind: Behind, described: Described) {
    this.#server = server;
    this.#behind = behind;
    this.#described = described;
    // An IP server's address is never a path.
    this.port = (server.address() as AddressInfo).port;
    server.on("request", (incoming: IncomingMessage, response: ServerResponse) => this.#answer(incoming, response));
    server.on("upgrade", (incoming: IncomingMessage, client: Socket, head: Buffer) =>
      this.#upgrade(incoming, client, head),
    );
  }

  /** Takes the preferred port if it is free, any other one if not. */
  static async open(preferred: number | undefined, behind: Behind, described: Described): Promise<ServiceFront> {
    const server = (preferred && (await tryListen(preferred))) || (await tryListen(0));
    if (!server) throw new Error("no free port on 127.0.0.1");
    return new ServiceFront(server, behind, described);
  }

  get behind(): Behind {
    return this.#behind;
  }

  /** From now on requests go to the new version. Answers the old one once its requests are done, or time is up. */
  async switchTo(behind: Behind, described: Described, limitMs: number): Promise<Behind> {
    const old = this.#behind;
    this.#behind = behind;
    this.#described = described;
    const until = performance.now() + limitMs;
    while ((this.#underWay.get(old) ?? 0) > 0 && performance.now() < until) await sleep(10);
    return old;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      for (const socket of this.#upgraded) socket.destroy();
    });
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const behind = this.#behind;
    if (behind === "stand-in") standIn(incoming, response, this.#described);
    else if (behind.ended === undefined) this.#pass(behind, incoming, response);
    else
      answerJson(response, 502, {
        message: `${this.#described.name} ${behind.ended}. It is about to be started again.`,
      });
  }

  /** A WebSocket stays with the version that took it, until that ends. */
  #upgrade(incoming: IncomingMessage, client: Socket, head: Buffer): void {
    const behind = this.#behind;
    if (behind === "stand-in" || behind.ended !== undefined) {
      client.end("HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n");
      return;
    }
    const service = connect(behind.port, "127.0.0.1", () => {
      const { method, url, rawHeaders } = incoming;
      const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
      service.write([`${method} ${url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
      service.write(head);
      service.pipe(client);
      client.pipe(service);
    });
    for (const [one, other] of [
      [service, client],
      [client, service],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
    this.#upgraded.add(client);
    client.once("close", () => this.#upgraded.delete(client));
  }

  #pass(behind: ServiceProcess, incoming: IncomingMessage, response: ServerResponse): void {
    this.#underWay.set(behind, (this.#underWay.get(behind) ?? 0) + 1);
    response.once("close", () => {
      const left = (this.#underWay.get(behind) ?? 1) - 1;
      if (left > 0) this.#underWay.set(behind, left);
      else this.#underWay.delete(behind);
    });
    forward(behind.port, incoming, response);
  }
}

function tryListen(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function forward(port: number, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = incoming;
  // A connection of its own: a kept one may be closed by the service in the moment in which it is used again.
  const onward = request({ host: "127.0.0.1", port, method, path: url, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.once("error", () => {
    if (response.headersSent) response.destroy();
    else answerJson(response, 502, { message: "The service closed the connection without an answer." });
  });
  response.once("close", () => onward.destroy());
  incoming.pipe(onward);
}

/** For a repository elsewhere: the sandbox cannot run it, and says so in everything that it answers for it. */
function standIn(incoming: IncomingMessage, response: ServerResponse, { name, healthCheckPath }: Described): void {
  incoming.resume();
  const path = (incoming.url ?? "/").split("?")[0] ?? "/";
  const known = ["/", "/health", "/health/ready", healthCheckPath].includes(path);
  const message = `The sandbox stands in for ${name}: it does not run code from repositories elsewhere. Use a file:// repository to run a local folder.`;
  const body = { status: "ok", standIn: true, service: name, message, timestamp: new Date().toISOString() };
  answerJson(response, known ? 200 : 501, known ? body : { standIn: true, message });
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
