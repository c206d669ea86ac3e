import { ApiError, orAbsent, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";

const READ_SERVER = { attempt: "GET /servers/{id}", answer: z.object({ ApiTokens: z.array(z.string()).min(1) }) };
const OWN_SERVER = { attempt: "GET /server", answer: z.object({ ID: z.number() }) };

/** What belongs to a server is named `<server id>/<its own id>`, so that it can be imported with the account's token alone. */
export interface OwnedId {
  serverId: number;
  own: string;
}

export function ownedId(serverId: number, own: string | number): string {
  return `${serverId}/${own}`;
}

export function parseOwnedId(id: string): OwnedId {
  const [, serverId, own] = /^(\d+)\/([^/]+)$/.exec(id) ?? [];
  if (serverId === undefined || own === undefined)
    throw new Refused(`"${id}" is no id of ours; it has the form <server id>/<id>, such as 11000000/broadcast`);
  return { serverId: Number(serverId), own };
}

/** One server's token. */
export interface Access {
  token: string;
  signal: AbortSignal;
}

/** The server that a token opens. */
export async function serverOf(api: PostmarkApi, access: Access): Promise<number> {
  const { ID } = await api.server(OWN_SERVER, access, (client) => client.getServer());
  return ID;
}

/** Before something is made: a token of one server and the id of another would name an object that is not there. */
export async function requireServer(api: PostmarkApi, access: Access, serverId: number | undefined): Promise<void> {
  if (serverId === undefined) return;
  const actual = await serverOf(api, access);
  if (actual === serverId) return;
  throw new Refused(
    `serverToken opens server ${actual}, and serverId says ${serverId}. Give token and id of one server. Nothing was made`,
  );
}

/** A new token is fine, a token of another server is not: what lives on a server cannot move. */
export async function checkServer(api: PostmarkApi, access: Access, serverId: number): Promise<void> {
  const actual = await serverOf(api, access);
  if (actual === serverId) return;
  throw new Refused(
    `The new serverToken belongs to server ${actual}, and this object lives on server ${serverId}. Give its serverId along, so that it is made anew on the other server`,
  );
}

/** The server's current token, by the account's; undefined when the server is gone. */
export async function currentToken(
  api: PostmarkApi,
  serverId: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const server = await orAbsent(api.account(READ_SERVER, signal, (client) => client.getServer(serverId)));
  return server?.ApiTokens[0];
}

/**
 * Does something with the token at hand. One that is refused may have been replaced since, or its server may be gone:
 * the account's token tells which. Undefined when server or object are gone.
 */
export async function withToken<T>(
  api: PostmarkApi,
  { serverId, token, signal }: { serverId: number; token: string | undefined; signal: AbortSignal },
  act: (token: string) => Promise<T>,
): Promise<T | undefined> {
  if (token !== undefined) {
    try {
      return await orAbsent(act(token));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
  }
  const current = await currentToken(api, serverId, signal);
  if (current === undefined) return undefined;
  return orAbsent(act(current));
}

/**
 * Reads what lives on a server, with the token of the inputs; an import has none yet, and gets the server's own as an
 * input. Undefined when server or object are gone.
 */
export async function readOwned<T extends object>(
  api: PostmarkApi,
  { id, inputs, signal }: { id: string; inputs: { serverToken?: string | undefined } | undefined; signal: AbortSignal },
  look: (access: Access, owned: OwnedId) => Promise<T | undefined>,
): Promise<(T & { serverToken?: string }) | undefined> {
  const owned = parseOwnedId(id);
  const { serverId } = owned;
  const token = inputs?.serverToken ?? (await currentToken(api, serverId, signal));
  const live = await withToken(api, { serverId, token, signal }, (current) => look({ token: current, signal }, owned));
  return live && { ...live, ...(inputs || token === undefined ? {} : { serverToken: token }) };
}
