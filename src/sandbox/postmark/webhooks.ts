import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { nextNumber, readFields, text } from "./fields.ts";
import { hasStream } from "./message-streams.ts";
import { done, notFound, refuse } from "./refusals.ts";

const PAGE = "https://postmarkapp.com/developer/api/webhooks-api";
const FIRST_ID = 1_200_000;

const url = text(
  403,
  "The 'Url' field is missing or invalid.",
  (value) => /^https?:\/\//.test(value) && URL.canParse(value),
);
const httpAuth = z.object({ Username: z.string(), Password: z.string() }).nullable().optional();
const httpHeaders = z.array(z.object({ Name: z.string().min(1), Value: z.string() })).optional();
const enabled = z.boolean().optional();
const plain = z.object({ Enabled: enabled }).optional();
const withContent = z.object({ Enabled: enabled, IncludeContent: z.boolean().optional() }).optional();

const triggers = z
  .object({
    Open: z.object({ Enabled: enabled, PostFirstOpenOnly: z.boolean().optional() }).optional(),
    ...{ Click: plain, Delivery: plain, Bounce: withContent, SpamComplaint: withContent, SubscriptionChange: plain },
  })
  .optional();

interface Webhook {
  ID: number;
  Url: string;
  MessageStream: string;
  HttpAuth: { Username: string; Password: string } | null;
  HttpHeaders: { Name: string; Value: string }[];
  Triggers: Triggers;
}

interface Triggers {
  Open: { Enabled: boolean; PostFirstOpenOnly: boolean };
  Click: { Enabled: boolean };
  Delivery: { Enabled: boolean };
  Bounce: { Enabled: boolean; IncludeContent: boolean };
  SpamComplaint: { Enabled: boolean; IncludeContent: boolean };
  SubscriptionChange: { Enabled: boolean };
}

type Kept = { server: number; webhook: Webhook };

const ALL_OFF: Triggers = {
  Open: { Enabled: false, PostFirstOpenOnly: false },
  Click: { Enabled: false },
  Delivery: { Enabled: false },
  Bounce: { Enabled: false, IncludeContent: false },
  SpamComplaint: { Enabled: false, IncludeContent: false },
  SubscriptionChange: { Enabled: false },
};

const createWebhook = defineRoute("POST /webhooks", {
  evidence: "documented",
  source: `${PAGE}#create-a-webhook`,
  handle(call) {
    const given = readFields(call, { ...fields, Url: url, MessageStream: z.string().optional() });
    const server = Number(call.identity);
    const MessageStream = given.MessageStream ?? "outbound";
    // Which code a webhook gets for an unknown stream is inferred from that for mail.
    if (!hasStream(call, server, MessageStream))
      throw refuse(1235, `The message stream '${MessageStream}' does not exist on this server.`);
    const webhook: Webhook = {
      ...{
        ID: nextNumber(call, "webhooks", FIRST_ID),
        Url: given.Url,
        MessageStream,
        HttpAuth: given.HttpAuth ?? null,
      },
      ...{ HttpHeaders: given.HttpHeaders ?? [], Triggers: merge(ALL_OFF, given.Triggers) },
    };
    return { status: 200, json: webhooks(call).set(String(webhook.ID), { server, webhook }).webhook };
  },
});

const readWebhook = defineRoute("GET /webhooks/{id}", {
  evidence: "documented",
  source: `${PAGE}#get-a-webhook`,
  handle: (call) => ({ status: 200, json: webhookOf(call) }),
});

const listWebhooks = defineRoute("GET /webhooks", {
  evidence: "documented",
  source: `${PAGE}#list-webhooks`,
  handle(call) {
    const stream = call.query.get("MessageStream");
    const mine = webhooks(call)
      .list()
      .filter(({ server }) => server === Number(call.identity));
    const matching = mine
      .map(({ webhook }) => webhook)
      .filter((webhook) => !stream || webhook.MessageStream === stream);
    return { status: 200, json: { Webhooks: matching } };
  },
});

const editWebhook = defineRoute("PUT /webhooks/{id}", {
  evidence: "documented",
  source: `${PAGE}#edit-a-webhook`,
  handle(call) {
    const webhook = webhookOf(call);
    const given = readFields(call, { ...fields, Url: url.optional() });
    // What is left out keeps its value (inferred, as for servers).
    if (given.Url !== undefined) webhook.Url = given.Url;
    if (given.HttpAuth !== undefined) webhook.HttpAuth = given.HttpAuth;
    if (given.HttpHeaders !== undefined) webhook.HttpHeaders = given.HttpHeaders;
    webhook.Triggers = merge(webhook.Triggers, given.Triggers);
    return { status: 200, json: webhook };
  },
});

const deleteWebhook = defineRoute("DELETE /webhooks/{id}", {
  evidence: "documented",
  source: `${PAGE}#delete-a-webhook`,
  handle(call) {
    const { ID } = webhookOf(call);
    webhooks(call).delete(String(ID));
    return done(`Webhook ${ID} removed.`);
  },
});

const fields = { HttpAuth: httpAuth, HttpHeaders: httpHeaders, Triggers: triggers };

function merge(old: Triggers, given: z.output<typeof triggers>): Triggers {
  const merged = Object.entries(old).map(([name, trigger]) => [
    name,
    { ...trigger, ...given?.[name as keyof Triggers] },
  ]);
  // Every trigger of `old` is there again, with its own fields.
  return Object.fromEntries(merged) as unknown as Triggers;
}

export function removeWebhooks(call: Call, server: number): void {
  for (const { webhook } of webhooks(call)
    .list()
    .filter((kept) => kept.server === server))
    webhooks(call).delete(String(webhook.ID));
}

function webhooks(call: Call) {
  return call.store.collection<Kept>("webhooks");
}

function webhookOf(call: Call): Webhook {
  const kept = webhooks(call).get(call.params.id ?? "");
  if (kept?.server !== Number(call.identity)) throw notFound();
  return kept.webhook;
}

export const webhookRoutes = [createWebhook, readWebhook, listWebhooks, editWebhook, deleteWebhook];
