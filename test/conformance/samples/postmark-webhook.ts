import { erase, type InputSample, type Made, type ResourceSample, type SampleLab, set, stored } from "./sample.ts";

interface StoredWebhook {
  Url: string;
  HttpAuth: { Username: string; Password: string } | null;
  HttpHeaders: { Name: string; Value: string }[];
  Triggers: Record<string, { Enabled: boolean }>;
}

const ownId = ({ id }: Made) => id.slice(id.indexOf("/") + 1);
const on = (fields: Partial<StoredWebhook>) => (lab: SampleLab, made: Made) =>
  set(stored<{ webhook: StoredWebhook }>(lab, ["postmark", "webhooks", ownId(made)]).webhook, fields);

const switched = (name: string) => (lab: SampleLab, made: Made) =>
  set(stored<{ webhook: StoredWebhook }>(lab, ["postmark", "webhooks", ownId(made)]).webhook.Triggers[name], {
    Enabled: false,
  });

const trigger = (name: string): InputSample => ({
  ...{ value: { enabled: true }, to: { enabled: false } },
  outside: switched(name),
});
const withContent = (name: string): InputSample => ({
  ...{ value: { enabled: true, includeContent: false }, to: { enabled: true, includeContent: true } },
  outside: switched(name),
});

export const webhook: ResourceSample = {
  inputs: ({ token, otherToken, server, otherServer }) => ({
    serverToken: { value: token, to: otherToken, outside: "it is the key to the server, and no part of the webhook" },
    serverId: {
      ...{ value: server, to: otherServer, replaces: true, refused: /token and id of one server/ },
      outside: "the server is what the object's id begins with",
    },
    url: {
      ...{ value: "https://api.mais.example/a", to: "https://api.mais.example/b" },
      outside: on({ Url: "https://theirs.example" }),
    },
    messageStream: { value: "outbound", to: "broadcast", replaces: true, outside: "Postmark lets nobody change it" },
    httpAuth: {
      ...{ value: { username: "mais", password: "canary-a" }, to: { username: "mais", password: "canary-b" } },
      outside: [on({ HttpAuth: { Username: "mais", Password: "theirs" } }), on({ HttpAuth: null })],
    },
    httpHeaders: {
      ...{ value: [{ name: "X-A", value: "canary-1" }], to: [{ name: "X-B", value: "canary-2" }] },
      outside: [on({ HttpHeaders: [{ Name: "X-A", Value: "theirs" }] }), on({ HttpHeaders: [] })],
    },
    openTrigger: {
      value: { enabled: true, postFirstOpenOnly: true },
      to: { enabled: true, postFirstOpenOnly: false },
      outside: switched("Open"),
    },
    clickTrigger: trigger("Click"),
    deliveryTrigger: trigger("Delivery"),
    bounceTrigger: withContent("Bounce"),
    spamComplaintTrigger: withContent("SpamComplaint"),
    subscriptionChangeTrigger: trigger("SubscriptionChange"),
  }),
  secrets: ["serverToken", "httpAuth", "httpHeaders"],
  vanish: (lab, made) => erase(lab, ["postmark", "webhooks", ownId(made)]),
  officialDiffers: "none",
};
