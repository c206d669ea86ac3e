import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * An address of this machine's own for a name, the same each time. Linux answers on all of 127.0.0.0/8, so that a server can
 * have the very port that the vendor's has.
 */
export function loopbackHost(name: string): string {
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(name).digest();
  return `127.${64 + (a % 128)}.${b}.${1 + (c % 254)}`;
}

/** Undefined where the address does not exist or the port is taken. */
export function tryListen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(port, host, () => resolve(server));
  });
}

/** A port on which something else can listen now; the wanted one if it is free, undefined if that is said to matter. */
export async function freePort(host: string, wanted = 0): Promise<number | undefined> {
  const server = await tryListen(host, wanted);
  const address = server?.address();
  if (!server || typeof address !== "object" || !address) return undefined;
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

/** Waits a little: whoever had it before a kill may be on its way out. */
export async function isFreeSoon({ host, port }: { host: string; port: number }, limitMs = 3_000): Promise<boolean> {
  const until = performance.now() + limitMs;
  while ((await freePort(host, port)) === undefined) {
    if (performance.now() > until) return false;
    await sleep(50);
  }
  return true;
}

/** The vendor's port on an address of its own, else any free port on 127.0.0.1. */
export async function freeAddress(name: string, port: number): Promise<{ host: string; port: number }> {
  const host = loopbackHost(name);
  if ((await freePort(host, port)) !== undefined) return { host, port };
  const other = await freePort("127.0.0.1");
  if (other === undefined) throw new Error("no free port on 127.0.0.1");
  return { host: "127.0.0.1", port: other };
}
