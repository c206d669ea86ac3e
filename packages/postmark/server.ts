import { type Call, defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";
import { hasCode } from "./error-codes.ts";
import { listAll } from "./list-all.ts";
import { liveServer, ServerAnswer, toWireChanges, toWireServer } from "./server-wire.ts";

const LIST = { attempt: "GET /servers", answer: z.object({ TotalCount: z.number(), Servers: z.array(ServerAnswer) }) };
const CREATE = { attempt: "POST /servers", answer: ServerAnswer };
const READ = { attempt: "GET /servers/{id}", answer: ServerAnswer };
const UPDATE = { attempt: "PUT /servers/{id}", answer: ServerAnswer };
const DELETE = { attempt: "DELETE /servers/{id}", answer: z.unknown() };

/** The identity whose token the API and the worker send mail with; it owns streams, webhooks and templates. */
export const Server = defineResource("postmark:index/server:Server", {
  inputs: {
    /** Unique in the account. */
    name: z.string().min(1).max(255),
    color: z.enum(["Purple", "Blue", "Turquoise", "Green", "Red", "Orange", "Yellow", "Grey"]).optional(),
    /** `Sandbox` accepts mail and delivers none. Postmark cannot change it later. */
    deliveryType: z.enum(["Live", "Sandbox"]).default("Live"),
    smtpApiActivated: z.boolean().optional(),
    /** Keeps the raw text of inbound mail. */
    rawEmailEnabled: z.boolean().optional(),
    trackOpens: z.boolean().optional(),
    trackLinks: z.enum(["None", "HtmlAndText", "HtmlOnly", "TextOnly"]).optional(),
    postFirstOpenOnly: z.boolean().optional(),
    /** Where Postmark posts inbound mail. Bounces and the rest are told to a `Webhook`. */
    inboundHookUrl: z.url().optional(),
    inboundDomain: z.string().optional(),
    /** 0 to 30 in steps of 5; inbound mail above it is blocked. */
    inboundSpamThreshold: z.number().int().min(0).max(30).multipleOf(5).optional(),
    includeBounceContentInHook: z.boolean().optional(),
    enableSmtpApiErrorHooks: z.boolean().optional(),
  },
  outputs: {
    serverId: z.number(),
    /** The first of `apiTokens`: what applications send as `X-Postmark-Server-Token`. */
    apiToken: z.string(),
    apiTokens: z.array(z.string()),
    serverLink: z.string(),
    /** Whoever knows it can send mail into the application. */
    inboundAddress: z.string(),
    inboundHash: z.string(),
  },
  secrets: ["apiToken", "apiTokens", "inboundAddress", "inboundHash"],
  replaceOn: ["deliveryType"],
  autoName: { property: "name", maxLength: 255 },
  dataBearing: true,
  migration:
    "Declare a second server, move the application's token, streams and webhooks to it, and remove the old one once its mail has gone out.",

  async find(api: PostmarkApi, { name }, call) {
    const same = (await listByName(api, name, call)).filter(
      (server) => server.Name.toLowerCase() === name.toLowerCase(),
    );
    return same.map(({ ID, Name }) => ({ id: String(ID), label: Name }));
  },

  async create(api, inputs, { signal }) {
    const server = await api.account(CREATE, signal, (client) => client.createServer(toWireServer(inputs)));
    return { id: String(server.ID), ...liveServer(server) };
  },

  async read(api, id, { signal }) {
    const server = await orAbsent(api.account(READ, signal, (client) => client.getServer(Number(id))));
    return server && !isArchived(server) ? liveServer(server) : undefined;
  },

  async update(api, id, inputs, { changed, signal }) {
    const changes = toWireChanges(inputs, changed);
    const operation = Object.keys(changes).length > 0 ? UPDATE : READ;
    const server = await api.account(operation, signal, (client) =>
      operation === UPDATE ? client.editServer(Number(id), changes) : client.getServer(Number(id)),
    );
    return liveServer(server);
  },

  /** Most accounts may not delete servers (604): then it is renamed out of the way and stops calling back. */
  async delete(api, id, { signal, warn }) {
    try {
      await orAbsent(api.account(DELETE, signal, (client) => client.deleteServer(Number(id))));
    } catch (error) {
      if (!hasCode(error, 604, 605)) throw error;
      const server = await api.account(READ, signal, (client) => client.getServer(Number(id)));
      if (isArchived(server)) return;
      const Name = archivedName(server);
      const silent = { InboundHookUrl: "", BounceHookUrl: "", OpenHookUrl: "", DeliveryHookUrl: "", ClickHookUrl: "" };
      await api.account(UPDATE, signal, (client) => client.editServer(Number(id), { Name, ...silent }));
      warn(
        `Postmark does not let this account delete servers, so ${server.Name} was renamed to ${Name} and its hooks were cleared. ` +
          "Its tokens still work: remove it in Postmark, or ask Postmark's support to enable deleting servers",
      );
    }
  },
});
export type Server = InstanceType<typeof Server>;

/** Postmark's own filter takes any part of a name. */
function listByName(api: PostmarkApi, name: string, { signal }: Pick<Call, "signal">): Promise<ServerAnswer[]> {
  return listAll(async (paging) => {
    const page = await api.account(LIST, signal, (client) => client.getServers({ ...paging, name }));
    return { total: page.TotalCount, items: page.Servers };
  });
}

function archivedName({ Name, ID }: ServerAnswer): string {
  return `archived-${Name}-${ID}`;
}

function isArchived({ Name, ID }: ServerAnswer): boolean {
  return Name.startsWith("archived-") && Name.endsWith(`-${ID}`);
}
