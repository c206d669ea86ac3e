import { defineResource } from "@mais/provider-kit";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";
import {
  type Access,
  checkServer,
  ownedId,
  parseOwnedId,
  readOwned,
  requireServer,
  serverOf,
  withToken,
} from "./server-token.ts";
import { liveWebhook, toWireChanges, toWireWebhook, WebhookAnswer } from "./webhook-wire.ts";

const LIST = { attempt: "GET /webhooks", answer: z.object({ Webhooks: z.array(WebhookAnswer) }) };
const CREATE = { attempt: "POST /webhooks", answer: WebhookAnswer };
const READ = { attempt: "GET /webhooks/{id}", answer: WebhookAnswer };
const UPDATE = { attempt: "PUT /webhooks/{id}", answer: WebhookAnswer };
const DELETE = { attempt: "DELETE /webhooks/{id}", answer: z.unknown() };

const trigger = z.object({ enabled: z.boolean() }).optional();
const triggerWithContent = z.object({ enabled: z.boolean(), includeContent: z.boolean().default(false) }).optional();

/**
 * An address that Postmark tells of deliveries, bounces and the like. Deliveries are not signed: protect the address
 * with `httpAuth` or a secret header. An answer of 403 makes Postmark stop trying.
 */
export const Webhook = defineResource("postmark:index/webhook:Webhook", {
  inputs: {
    /** A token of the server whose mail is reported. */
    serverToken: z.string().min(1),
    /** The server's id. Give it along, so that the webhook moves when the server is replaced. */
    serverId: z.number().optional(),
    url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }),
    /** Postmark cannot change it later. */
    messageStream: z.string().min(1).default("outbound"),
    httpAuth: z.object({ username: z.string(), password: z.string() }).optional(),
    httpHeaders: z.array(z.object({ name: z.string().min(1), value: z.string() })).optional(),
    openTrigger: z.object({ enabled: z.boolean(), postFirstOpenOnly: z.boolean().default(false) }).optional(),
    clickTrigger: trigger,
    deliveryTrigger: trigger,
    bounceTrigger: triggerWithContent,
    spamComplaintTrigger: triggerWithContent,
    subscriptionChangeTrigger: trigger,
  },
  outputs: {
    webhookId: z.number(),
  },
  secrets: ["serverToken", "httpAuth", "httpHeaders"],
  replaceOn: ["serverId", "messageStream"],

  async find(api: PostmarkApi, { serverToken, url, messageStream }, { signal }) {
    const access = { token: serverToken, signal };
    // Not by stream: the SDK spells that filter in a way that Postmark does not document.
    const { Webhooks } = await api.server(LIST, access, (client) => client.getWebhooks());
    const same = Webhooks.filter((webhook) => webhook.Url === url && webhook.MessageStream === messageStream);
    if (same.length === 0) return [];
    const serverId = await serverOf(api, access);
    return same.map(({ ID, Url }) => ({ id: ownedId(serverId, ID), label: Url }));
  },

  async create(api, inputs, { signal }) {
    const access = { token: inputs.serverToken, signal };
    await requireServer(api, access, inputs.serverId);
    const serverId = inputs.serverId ?? (await serverOf(api, access));
    const made = await api.server(CREATE, access, (client) => client.createWebhook(toWireWebhook(inputs)));
    return { id: ownedId(serverId, made.ID), ...liveWebhook(made, inputs), serverId };
  },

  read: (api, id, { inputs, signal }) =>
    readOwned(api, { id, inputs, signal }, async (access, { serverId, own }) => ({
      ...liveWebhook(await retrieve(api, access, own), inputs),
      serverId,
    })),

  async update(api, id, inputs, { changed, signal }) {
    const { serverId, own } = parseOwnedId(id);
    const access = { token: inputs.serverToken, signal };
    if (changed.has("serverToken")) await checkServer(api, access, serverId);
    const changes = toWireChanges(inputs, changed);
    const edit = Object.keys(changes).length > 0;
    const webhook = edit
      ? await api.server(UPDATE, access, (client) => client.editWebhook(Number(own), changes))
      : await retrieve(api, access, own);
    return { ...liveWebhook(webhook, inputs), serverId };
  },

  async delete(api, id, { inputs, signal }) {
    const { serverId, own } = parseOwnedId(id);
    await withToken(api, { serverId, token: inputs.serverToken, signal }, (token) =>
      api.server(DELETE, { token, signal }, (client) => client.deleteWebhook(Number(own))),
    );
  },
});
export type Webhook = InstanceType<typeof Webhook>;

function retrieve(api: PostmarkApi, access: Access, own: string): Promise<WebhookAnswer> {
  return api.server(READ, access, (client) => client.getWebhook(Number(own)));
}
