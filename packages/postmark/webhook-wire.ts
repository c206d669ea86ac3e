import type { Models } from "postmark";
import { z } from "zod";

const enabled = z.object({ Enabled: z.boolean() }).nullish();
const withContent = z.object({ Enabled: z.boolean(), IncludeContent: z.boolean().nullish() }).nullish();

export const WebhookAnswer = z.object({
  ...{ ID: z.number(), Url: z.string(), MessageStream: z.string() },
  HttpAuth: z.object({ Username: z.string(), Password: z.string() }).nullish(),
  HttpHeaders: z.array(z.object({ Name: z.string(), Value: z.string() })).nullish(),
  Triggers: z.object({
    Open: z.object({ Enabled: z.boolean(), PostFirstOpenOnly: z.boolean().nullish() }).nullish(),
    ...{
      Click: enabled,
      Delivery: enabled,
      Bounce: withContent,
      SpamComplaint: withContent,
      SubscriptionChange: enabled,
    },
  }),
});
export type WebhookAnswer = z.output<typeof WebhookAnswer>;

interface Trigger {
  enabled: boolean;
  includeContent?: boolean;
  postFirstOpenOnly?: boolean;
}

/** Property to Postmark's name of the trigger. */
const TRIGGERS = {
  openTrigger: "Open",
  clickTrigger: "Click",
  deliveryTrigger: "Delivery",
  bounceTrigger: "Bounce",
  spamComplaintTrigger: "SpamComplaint",
  subscriptionChangeTrigger: "SubscriptionChange",
} as const;

interface Inputs extends Partial<Record<keyof typeof TRIGGERS, Trigger | undefined>> {
  url: string;
  messageStream: string;
  httpAuth?: { username: string; password: string } | undefined;
  httpHeaders?: readonly { name: string; value: string }[] | undefined;
}

export function toWireWebhook(inputs: Inputs): Models.CreateWebhookRequest {
  const given = new Set(Object.keys(inputs).filter((property) => inputs[property as keyof Inputs] !== undefined));
  return { ...toWireChanges(inputs, given), MessageStream: inputs.messageStream };
}

/** A trigger that a program no longer mentions is switched off; authentication and headers are cleared. */
export function toWireChanges(inputs: Inputs, changed: ReadonlySet<string>): Models.UpdateWebhookRequest {
  const { url, httpAuth, httpHeaders = [] } = inputs;
  const triggers = Object.entries(TRIGGERS).filter(([property]) => changed.has(property));
  const auth = httpAuth ? { Username: httpAuth.username, Password: httpAuth.password } : null;
  return {
    ...(changed.has("url") ? { Url: url } : {}),
    // The SDK's type forgets that null clears.
    ...(changed.has("httpAuth") ? { HttpAuth: auth as Models.HttpAuth } : {}),
    ...(changed.has("httpHeaders")
      ? { HttpHeaders: httpHeaders.map(({ name, value }) => ({ Name: name, Value: value })) }
      : {}),
    ...(triggers.length === 0
      ? {}
      : {
          Triggers: Object.fromEntries(
            triggers.map(([property, name]) => [name, toWireTrigger(inputs[property as keyof typeof TRIGGERS])]),
          ),
        }),
  };
}

function toWireTrigger({ enabled: Enabled, includeContent, postFirstOpenOnly }: Trigger = { enabled: false }) {
  return {
    Enabled,
    ...(includeContent === undefined ? {} : { IncludeContent: includeContent }),
    ...(postFirstOpenOnly === undefined ? {} : { PostFirstOpenOnly: postFirstOpenOnly }),
  };
}

/** The webhook as a program would write it; what is not there has the value undefined. */
export function liveWebhook(webhook: WebhookAnswer, given: Partial<Inputs> = {}) {
  const { HttpAuth: auth, HttpHeaders: headers, Triggers } = webhook;
  return {
    ...{ url: webhook.Url, messageStream: webhook.MessageStream, webhookId: webhook.ID },
    httpAuth: auth ? { username: auth.Username, password: auth.Password } : undefined,
    httpHeaders: headers?.length
      ? headers.map(({ Name, Value }) => ({ name: Name, value: Value }))
      : given.httpHeaders && [],
    openTrigger: openOf(Triggers.Open, given.openTrigger),
    clickTrigger: plainOf(Triggers.Click, given.clickTrigger),
    deliveryTrigger: plainOf(Triggers.Delivery, given.deliveryTrigger),
    bounceTrigger: contentOf(Triggers.Bounce, given.bounceTrigger),
    spamComplaintTrigger: contentOf(Triggers.SpamComplaint, given.spamComplaintTrigger),
    subscriptionChangeTrigger: plainOf(Triggers.SubscriptionChange, given.subscriptionChangeTrigger),
  };
}

/** One that is off and not mentioned is not there: Postmark answers all six, always. */
function plainOf(live: z.output<typeof enabled>, given: Trigger | undefined) {
  return live?.Enabled || given ? { enabled: live?.Enabled ?? false } : undefined;
}

function contentOf(live: z.output<typeof withContent>, given: Trigger | undefined) {
  const shown = plainOf(live, given);
  return shown && { ...shown, includeContent: live?.IncludeContent ?? false };
}

function openOf(live: WebhookAnswer["Triggers"]["Open"], given: Trigger | undefined) {
  const shown = plainOf(live, given);
  return shown && { ...shown, postFirstOpenOnly: live?.PostFirstOpenOnly ?? false };
}
