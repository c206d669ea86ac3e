import { defineResource } from "@mais/provider-kit";
import { z } from "zod";
import type { Webhook as Live } from "./account-wire.ts";
import type { RenderApi } from "./client.ts";

/** Tells another service of deploys, failures and other events in the workspace. Paid workspaces have it. */
export const Webhook = defineResource("render:index/webhook:Webhook", {
  inputs: {
    // The kit fills in the automatic name before this is judged, so the empty one is never used.
    name: z.string().min(1, "must not be empty").prefault(""),
    url: z.url({ protocol: /^https$/, error: "must be an https address" }),
    enabled: z.boolean(),
    /** Left out, it is told of everything. https://render.com/docs/webhooks */
    eventFilters: z.array(z.string()).min(1).optional(),
  },
  outputs: {
    /** What its messages are signed with, as Standard Webhooks say. */
    secret: z.string(),
  },
  secrets: ["secret"],
  unordered: ["eventFilters"],
  autoName: { property: "name", maxLength: 63 },
  async find(api: RenderApi, { url }, call) {
    const found = await api.webhooksTo(url, call);
    return found.map((webhook) => ({ id: webhook.id, label: webhook.url }));
  },
  async create(api, inputs, call) {
    const made = await api.createWebhook(bodyOf(inputs), call);
    return { id: made.id, secret: made.secret };
  },
  async read(api, id, call) {
    const webhook = await api.webhook(id, call);
    return webhook && { id, ...liveOf(webhook) };
  },
  async update(api, id, inputs, call) {
    return { secret: (await api.updateWebhook(id, bodyOf(inputs), call)).secret };
  },
  async delete(api, id, call) {
    await api.deleteWebhook(id, call);
  },
});
export type Webhook = InstanceType<typeof Webhook>;

interface Wanted {
  name: string;
  url: string;
  enabled: boolean;
  eventFilters?: string[] | undefined;
}

function bodyOf({ eventFilters = [], ...rest }: Wanted) {
  return { ...rest, eventFilter: eventFilters };
}

function liveOf({ name, url, enabled, secret, eventFilter }: Live) {
  // None and an empty list both stand for everything.
  const eventFilters = eventFilter && eventFilter.length > 0 ? eventFilter : undefined;
  return { name, url, enabled, secret, eventFilters };
}
