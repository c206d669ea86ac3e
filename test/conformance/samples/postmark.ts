import { provider } from "../../../packages/postmark/provider.ts";
import type { Server } from "../../../src/sandbox/postmark/servers.ts";
import { apiOf } from "../../providers/postmark-run.ts";
import { apiObjects } from "./api-objects.ts";
import { domain, senderSignature } from "./postmark-senders.ts";
import { template, withLayouts } from "./postmark-templates.ts";
import { webhook } from "./postmark-webhook.ts";
import { erase, type Made, type ResourceSample, type SampleLab, set, stored, type VendorSample } from "./sample.ts";

const onServer =
  (fields: Record<string, unknown>) =>
  (lab: SampleLab, { id }: Made) =>
    set(stored<Server>(lab, ["postmark", "servers", id]), fields);

const server: ResourceSample = {
  holdsData: "always",
  named: "name",
  inputs: () => ({
    name: { value: "Mail A", to: "Mail B", outside: onServer({ Name: "Theirs" }) },
    color: { value: "Green", to: "Red", outside: onServer({ Color: "Grey" }) },
    deliveryType: { value: "Sandbox", to: "Live", replaces: true, outside: "Postmark lets nobody change it" },
    smtpApiActivated: { value: false, to: true, outside: onServer({ SmtpApiActivated: true }) },
    rawEmailEnabled: { value: true, to: false, outside: onServer({ RawEmailEnabled: false }) },
    trackOpens: { value: true, to: false, outside: onServer({ TrackOpens: false }) },
    trackLinks: { value: "HtmlOnly", to: "TextOnly", outside: onServer({ TrackLinks: "None" }) },
    postFirstOpenOnly: { value: true, to: false, outside: onServer({ PostFirstOpenOnly: false }) },
    inboundHookUrl: {
      ...{ value: "https://api.mais.example/a", to: "https://api.mais.example/b" },
      outside: [onServer({ InboundHookUrl: "https://theirs.example" }), onServer({ InboundHookUrl: "" })],
    },
    inboundDomain: {
      ...{ value: "in.mais.example", to: "mail.mais.example" },
      outside: [onServer({ InboundDomain: "theirs.example" }), onServer({ InboundDomain: "" })],
    },
    inboundSpamThreshold: { value: 5, to: 10, outside: onServer({ InboundSpamThreshold: 0 }) },
    includeBounceContentInHook: { value: true, to: false, outside: onServer({ IncludeBounceContentInHook: false }) },
    enableSmtpApiErrorHooks: { value: true, to: false, outside: onServer({ EnableSmtpApiErrorHooks: false }) },
  }),
  secrets: ["apiToken", "apiTokens", "inboundAddress", "inboundHash"],
  vanish: (lab, { id }) => erase(lab, ["postmark", "servers", id]),
  officialDiffers: "none",
};

const onStream =
  (fields: Record<string, unknown>) =>
  (lab: SampleLab, { id }: Made) =>
    set(stored<Record<string, unknown>>(lab, ["postmark", "streams", id]), fields);
const OWNER = "the server is what the object's id begins with";

const messageStream: ResourceSample = {
  prepare: twoServers,
  inputs: ({ token, otherToken, server: serverId, otherServer }) => ({
    serverToken: { value: token, to: otherToken, outside: "it is the key to the server, and no part of the stream" },
    serverId: {
      value: serverId,
      to: otherServer,
      replaces: true,
      refused: /token and id of one server/,
      outside: OWNER,
    },
    streamId: { value: "news-a", to: "news-b", replaces: true, outside: "Postmark lets nobody change it" },
    name: { value: "News A", to: "News B", outside: onStream({ Name: "Theirs" }) },
    messageStreamType: {
      // For 45 days, until the archived stream is purged.
      ...{ value: "Broadcasts", to: "Transactional", replaces: true, refused: /holds the id/ },
      outside: "Postmark lets nobody change it",
    },
    description: {
      ...{ value: "for a", to: "for b" },
      outside: [onStream({ Description: "theirs" }), onStream({ Description: null })],
    },
    unsubscribeHandlingType: {
      ...{ value: "Custom", to: "Postmark" },
      outside: onStream({ SubscriptionManagementConfiguration: { UnsubscribeHandlingType: "Postmark" } }),
    },
  }),
  secrets: ["serverToken"],
  vanish: onStream({ ArchivedAt: "2026-01-01T00:00:00Z" }),
  officialDiffers: "none",
};

/** Two servers, the first of which has a second token. */
async function twoServers(lab: SampleLab) {
  const kind = "postmark:index/server:Server";
  const [one, two] = [await lab.make(kind, "one", { name: "One" }), await lab.make(kind, "two", { name: "Two" })];
  const otherToken = "11111111-2222-4333-8444-555555555555";
  stored<Server>(lab, ["postmark", "servers", one.id]).ApiTokens.push(otherToken);
  return { token: one.outputs.apiToken, otherToken, server: one.outputs.serverId, otherServer: two.outputs.serverId };
}

/** Postmark over the sandbox, whose account may delete servers. */
export const postmark: VendorSample = {
  vendor: "postmark",
  provider: provider as never,
  connect: (sandbox) => apiOf(sandbox),
  resources: {
    "postmark:index/server:Server": server,
    "postmark:index/messageStream:MessageStream": messageStream,
    "postmark:index/webhook:Webhook": { ...webhook, prepare: twoServers },
    "postmark:index/domain:Domain": domain,
    "postmark:index/senderSignature:SenderSignature": senderSignature,
    "postmark:index/template:Template": {
      ...template,
      prepare: async (lab) => withLayouts(lab, await twoServers(lab)),
    },
    "postmark:index/apiObject:ApiObject": apiObjects.postmark,
  },
};
