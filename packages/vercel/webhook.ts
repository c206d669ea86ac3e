import { defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";
import type { WebhookAnswer } from "./webhooks.ts";

/**
 * Tells an address of deployments and other events of the team. Vercel can change nothing of it, so every change makes
 * another one, with another secret.
 */
export const Webhook = defineResource("vercel:index/webhook:Webhook", {
  inputs: {
    endpoint: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }),
    /** `deployment.succeeded`, `deployment.error`, … https://vercel.com/docs/webhooks/webhooks-api */
    events: z.array(z.string().min(1)).min(1),
    /** @defaultValue every project of the team */
    projectIds: z.array(z.string().min(1)).min(1).max(50).optional(),
  },
  outputs: {
    /** Signs every message: `x-vercel-signature` is the HMAC-SHA1 of its body. Shown at creation only: absent after an import. */
    secret: z.string(),
  },
  secrets: ["secret"],
  replaceOn: ["endpoint", "events", "projectIds"],
  unordered: ["events", "projectIds"],
  shownOnce: true,
  async find(api: Vercel, { endpoint }, { signal }) {
    const all = await api.webhooks.list(signal);
    return all
      .filter(({ url }) => url === endpoint)
      .map(({ id, url, createdAt }) => ({ id, label: `webhook to ${url}`, createdAt }));
  },
  async create(api: Vercel, { endpoint: url, events, projectIds }, { signal }) {
    const { id, secret } = await api.webhooks.create({ url, events, ...(projectIds ? { projectIds } : {}) }, signal);
    return { id, secret };
  },
  async read(api: Vercel, id, { inputs: known, outputs: state, signal, warn }) {
    const found = await orAbsent(api.webhooks.get(id, signal));
    if (!found) return undefined;
    if (!known) warn("Vercel does not tell a webhook's secret again: let the program make a new one if it is needed.");
    const secret = state?.secret;
    return { ...liveOf(found), ...(secret === undefined ? {} : { secret }) };
  },
  async delete(api: Vercel, id, { signal }) {
    await orAbsent(api.webhooks.delete(id, signal));
  },
});
export type Webhook = InstanceType<typeof Webhook>;

function liveOf({ url: endpoint, events, projectIds }: WebhookAnswer) {
  return { endpoint, events, projectIds: projectIds && projectIds.length > 0 ? projectIds : undefined };
}
