import { erase, type Made, type ResourceSample, type SampleLab, set, stored } from "./sample.ts";

const onDomain = (fields: Record<string, unknown>) => (lab: SampleLab, made: Made) => {
  const wanted = made.outputs.domain ?? made.inputs.name;
  const found = lab.sandbox
    .store("postmark")
    .collection<{ Name: string }>("domains")
    .list()
    .find(({ Name }) => Name === wanted);
  set<Record<string, unknown>>(found, fields);
};
/** A whole domain to send from. */
export const domain: ResourceSample = {
  forbidden: [
    {
      inputs: { returnPathDomain: "pm.theirs.example" },
      property: "returnPathDomain",
      reason: /subdomain of mais.example/,
    },
  ],
  inputs: () => ({
    name: {
      ...{ value: "mais.example", to: "mail.mais.example", replaces: true },
      outside: "Postmark lets nobody change it",
    },
    returnPathDomain: {
      // Beneath both names.
      ...{ value: "pm-bounces.mail.mais.example", to: "bounces.mail.mais.example" },
      outside: [onDomain({ ReturnPathDomain: "theirs.mais.example" }), onDomain({ ReturnPathDomain: "" })],
    },
  }),
  vanish: (lab, { id }) => erase(lab, ["postmark", "domains", id]),
  officialDiffers: "none",
};

const onSender =
  (fields: Record<string, unknown>) =>
  (lab: SampleLab, { id }: Made) =>
    set(stored<Record<string, unknown>>(lab, ["postmark", "senders", id]), fields);

/** One address to send from. */
export const senderSignature: ResourceSample = {
  inputs: () => ({
    fromEmail: {
      ...{ value: "mail@mais.example", to: "team@mais.example", replaces: true },
      outside: "Postmark lets nobody change it",
    },
    name: { value: "Mais", to: "The Mais team", outside: onSender({ Name: "Theirs" }) },
    replyToEmail: {
      ...{ value: "help@mais.example", to: "desk@mais.example" },
      outside: [onSender({ ReplyToEmailAddress: "theirs@mais.example" }), onSender({ ReplyToEmailAddress: "" })],
    },
    returnPathDomain: {
      ...{ value: "pm-bounces.mais.example", to: "bounces.mais.example" },
      outside: [onDomain({ ReturnPathDomain: "theirs.mais.example" }), onDomain({ ReturnPathDomain: "" })],
    },
    confirmationPersonalNote: {
      ...{ value: "It is us", to: "It is still us" },
      outside: [onSender({ ConfirmationPersonalNote: "theirs" }), onSender({ ConfirmationPersonalNote: "" })],
    },
  }),
  vanish: (lab, { id }) => erase(lab, ["postmark", "senders", id]),
  officialDiffers: "none",
};
