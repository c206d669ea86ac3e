import { type Call, defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";
import { DnsAnswer, dnsRecords, dnsRecordsOf, returnPathDomain } from "./domain-wire.ts";
import { listAll } from "./list-all.ts";

const ShortAnswer = z.object({ ID: z.number(), EmailAddress: z.string() });
const SignatureAnswer = DnsAnswer.extend({
  ...{ ID: z.number(), Name: z.string(), Domain: z.string(), EmailAddress: z.string(), Confirmed: z.boolean() },
  ...{ ReplyToEmailAddress: z.string().nullish(), ConfirmationPersonalNote: z.string().nullish() },
});
type SignatureAnswer = z.output<typeof SignatureAnswer>;

const LIST = {
  attempt: "GET /senders",
  answer: z.object({ TotalCount: z.number(), SenderSignatures: z.array(ShortAnswer) }),
};
const CREATE = { attempt: "POST /senders", answer: SignatureAnswer };
const READ = { attempt: "GET /senders/{id}", answer: SignatureAnswer };
const UPDATE = { attempt: "PUT /senders/{id}", answer: SignatureAnswer };
const DELETE = { attempt: "DELETE /senders/{id}", answer: z.unknown() };

const email = z.email("must be an e-mail address");

/**
 * One address that mail may come from. Its owner has to follow the link in Postmark's mail, unless the domain is
 * verified: then a `Domain` is enough, and no signature is needed.
 */
export const SenderSignature = defineResource("postmark:index/senderSignature:SenderSignature", {
  inputs: {
    /** Postmark cannot change it later. */
    fromEmail: email,
    name: z.string().min(1),
    /** @defaultValue replies go to `fromEmail` */
    replyToEmail: email.optional(),
    /** A setting of the address's domain: give it in one place only. */
    returnPathDomain: returnPathDomain.optional(),
    /** Stands in Postmark's mail to the owner. */
    confirmationPersonalNote: z.string().max(400).optional(),
  },
  outputs: {
    signatureId: z.number(),
    domain: z.string(),
    confirmed: z.boolean(),
    /** What DNS must hold. */
    dnsRecords,
  },
  replaceOn: ["fromEmail"],
  recomputed: { dnsRecords: ["returnPathDomain"] },

  async find(api: PostmarkApi, { fromEmail }, call) {
    const wanted = fromEmail.toLowerCase();
    const same = (await listSenders(api, call)).filter(({ EmailAddress }) => EmailAddress.toLowerCase() === wanted);
    return same.map(({ ID, EmailAddress }) => ({ id: String(ID), label: EmailAddress }));
  },

  async create(api, inputs, { signal }) {
    const { fromEmail: FromEmail, name: Name } = inputs;
    const request = { FromEmail, Name, ...optional(inputs) };
    const made = await api.account(CREATE, signal, (client) => client.createSenderSignature(request));
    return { id: String(made.ID), ...liveSignature(made, inputs) };
  },

  async read(api, id, { inputs, signal }) {
    const signature = await orAbsent(api.account(READ, signal, (client) => client.getSenderSignature(Number(id))));
    return signature && liveSignature(signature, inputs);
  },

  async update(api, id, inputs, { changed, signal }) {
    // Postmark takes no empty address, and one's own says the same.
    const cleared = { replyToEmail: inputs.fromEmail, returnPathDomain: "", confirmationPersonalNote: "", ...inputs };
    const fields = Object.fromEntries(
      Object.entries(cleared).filter(([name]) => changed.has(name as keyof typeof inputs)),
    );
    const request = { Name: inputs.name, ...optional(fields) };
    const signature = await api.account(UPDATE, signal, (client) => client.editSenderSignature(Number(id), request));
    return liveSignature(signature, inputs);
  },

  async delete(api, id, { signal }) {
    await orAbsent(api.account(DELETE, signal, (client) => client.deleteSenderSignature(Number(id))));
  },
});
export type SenderSignature = InstanceType<typeof SenderSignature>;

interface Optional {
  replyToEmail?: string | undefined;
  returnPathDomain?: string | undefined;
  confirmationPersonalNote?: string | undefined;
}

function optional({ replyToEmail, returnPathDomain: path, confirmationPersonalNote: note }: Optional) {
  return {
    ...(replyToEmail === undefined ? {} : { ReplyToEmail: replyToEmail }),
    ...(path === undefined ? {} : { ReturnPathDomain: path }),
    ...(note === undefined ? {} : { ConfirmationPersonalNote: note }),
  };
}

function listSenders(api: PostmarkApi, { signal }: Pick<Call, "signal">): Promise<z.output<typeof ShortAnswer>[]> {
  return listAll(async (paging) => {
    const page = await api.account(LIST, signal, (client) => client.getSenderSignatures(paging));
    return { total: page.TotalCount, items: page.SenderSignatures };
  });
}

function liveSignature(answer: SignatureAnswer, asked: Optional | undefined) {
  const { ID, Name, Domain, EmailAddress, Confirmed, ReplyToEmailAddress, ConfirmationPersonalNote } = answer;
  const isOwn = ReplyToEmailAddress === EmailAddress && asked?.replyToEmail === undefined;
  return {
    ...{ signatureId: ID, fromEmail: EmailAddress, name: Name, domain: Domain, confirmed: Confirmed },
    replyToEmail: isOwn ? undefined : ReplyToEmailAddress || undefined,
    returnPathDomain: answer.ReturnPathDomain || undefined,
    confirmationPersonalNote: ConfirmationPersonalNote || undefined,
    dnsRecords: dnsRecordsOf(answer),
  };
}
