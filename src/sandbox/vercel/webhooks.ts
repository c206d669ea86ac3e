import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { accountOf } from "./account.ts";
import { parseBody } from "./bodies.ts";
import { BASE62, findProject } from "./find-project.ts";
import { badRequest, notFound } from "./refusals.ts";
import { stateOf, type WebhookRecord } from "./state.ts";
import { WEBHOOK_EVENTS } from "./webhook-events.ts";

const NewWebhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1),
  projectIds: z.array(z.string()).min(1).max(50).optional(),
});

/** The secret is in the answer to creation alone. */
function webhookWire({ secret: _secret, projectIds, ...rest }: WebhookRecord): Record<string, unknown> {
  return { ...rest, ...(projectIds ? { projectIds } : {}) };
}

function webhookOf(call: Call): WebhookRecord {
  const webhook = stateOf(call.store).webhooks.get(call.params.id ?? "");
  if (webhook?.ownerId !== accountOf(call)) throw notFound("webhook");
  return webhook;
}

const source = "https://vercel.com/docs/rest-api/reference/endpoints/webhooks/creates-a-webhook";

/** There is no update: another webhook is made instead. Nothing is delivered here. */
export const webhookRoutes = [
  defineRoute("POST /v*/webhooks", {
    ...{ evidence: "contract", source },
    handle(call) {
      const { url, events, projectIds } = parseBody(NewWebhook, call.body);
      // What the real one says of a project that is not there is not established.
      const unknown = projectIds?.find((id) => !findProject(call, id));
      if (unknown !== undefined) throw badRequest(`Invalid request: the project \`${unknown}\` could not be found.`);
      const at = call.now.getTime();
      const id = `account_hook_${call.world.ids.text(24, BASE62)}`;
      const secret = call.world.ids.text(24, BASE62);
      const times = { createdAt: at, updatedAt: at };
      const made = { id, ownerId: accountOf(call), url, events, projectIds, secret, ...times };
      stateOf(call.store).webhooks.set(id, made);
      return { status: 200, json: { ...webhookWire(made), secret } };
    },
  }),
  defineRoute("GET /v*/webhooks", {
    evidence: "contract",
    handle(call) {
      const account = accountOf(call);
      const wanted = call.query.get("projectId");
      const mine = stateOf(call.store)
        .webhooks.list()
        .filter(({ ownerId }) => ownerId === account)
        .filter(({ projectIds }) => wanted === null || projectIds === undefined || projectIds.includes(wanted));
      return { status: 200, json: mine.map(webhookWire) };
    },
  }),
  defineRoute("GET /v*/webhooks/{id}", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: webhookWire(webhookOf(call)) }),
  }),
  defineRoute("DELETE /v*/webhooks/{id}", {
    evidence: "contract",
    handle(call) {
      stateOf(call.store).webhooks.delete(webhookOf(call).id);
      return { status: 204 };
    },
  }),
];
