import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { addDomain, checkReturnPath, type DomainDetails, domainNamed, pendingKey, setReturnPath } from "./domains.ts";
import { nextNumber, readFields, readPage, text } from "./fields.ts";
import { done, refuse } from "./refusals.ts";

const PAGE = "https://postmarkapp.com/developer/api/signatures-api";
const FIRST_ID = 3_100_000;
/** Addresses under these belong to everybody, and Postmark takes none of them. */
const PUBLIC_DOMAINS = new Set(["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com", "icloud.com"]);

interface Signature {
  ID: number;
  Name: string;
  Domain: string;
  EmailAddress: string;
  ReplyToEmailAddress: string;
  /** Somebody followed the link in the confirmation mail; also where the domain is verified. */
  Confirmed: boolean;
  ConfirmationPersonalNote: string;
}

const email = (code: number) =>
  text(code, "The e-mail address is not valid.", (one) => /^[^\s@]+@([a-z0-9-]+\.)+[a-z]{2,}$/i.test(one));
const note = text(521, "The personal note is longer than 400 characters.", (one) => one.length <= 400).optional();
const senderName = text(520, "The sender's name is required.", (one) => one.trim() !== "");
const changeable = { ReplyToEmail: z.literal("").or(email(522)).optional(), ReturnPathDomain: z.string().optional() };

const createSender = defineRoute("POST /senders", {
  evidence: "contract",
  source: `${PAGE}#create-signature`,
  handle(call) {
    const given = readFields(call, {
      ...{ FromEmail: email(522), Name: senderName, ConfirmationPersonalNote: note, ...changeable },
    });
    const domainName = given.FromEmail.slice(given.FromEmail.indexOf("@") + 1).toLowerCase();
    if (PUBLIC_DOMAINS.has(domainName)) throw refuse(503, `Sender signatures from ${domainName} are not allowed.`);
    if (all(call).some((one) => one.EmailAddress.toLowerCase() === given.FromEmail.toLowerCase()))
      throw refuse(504, "This signature already exists.");
    if (given.ReturnPathDomain !== undefined) checkReturnPath(domainName, given.ReturnPathDomain);
    const domain = domainNamed(call, domainName) ?? addDomain(call, domainName);
    if (given.ReturnPathDomain !== undefined) setReturnPath(domain, given.ReturnPathDomain);
    const signature: Signature = {
      ...{ ID: nextNumber(call, "senders", FIRST_ID), Name: given.Name, Domain: domainName },
      ...{ EmailAddress: given.FromEmail, ReplyToEmailAddress: given.ReplyToEmail ?? "", Confirmed: false },
      ConfirmationPersonalNote: given.ConfirmationPersonalNote ?? "",
    };
    return { status: 200, json: detailsOf(call, senders(call).set(String(signature.ID), signature)) };
  },
});

const readSender = defineRoute("GET /senders/{signatureid}", {
  evidence: "contract",
  source: `${PAGE}#signature`,
  handle: (call) => ({ status: 200, json: detailsOf(call, senderOf(call)) }),
});

const listSenders = defineRoute("GET /senders", {
  evidence: "contract",
  source: `${PAGE}#list-signatures`,
  handle(call) {
    const { count, offset } = readPage(call);
    const page = all(call)
      .slice(offset, offset + count)
      .map(({ ConfirmationPersonalNote: _note, ...short }) => ({ ...short, Confirmed: isConfirmed(call, short) }));
    return { status: 200, json: { TotalCount: all(call).length, SenderSignatures: page } };
  },
});

const editSender = defineRoute("PUT /senders/{signatureid}", {
  evidence: "contract",
  source: `${PAGE}#edit-signature`,
  handle(call) {
    const signature = senderOf(call);
    const given = readFields(call, { Name: senderName, ConfirmationPersonalNote: note, ...changeable });
    const domain = domainOf(call, signature);
    if (given.ReturnPathDomain !== undefined) setReturnPath(domain, given.ReturnPathDomain);
    signature.Name = given.Name;
    if (given.ReplyToEmail !== undefined) signature.ReplyToEmailAddress = given.ReplyToEmail;
    if (given.ConfirmationPersonalNote !== undefined)
      signature.ConfirmationPersonalNote = given.ConfirmationPersonalNote;
    return { status: 200, json: detailsOf(call, signature) };
  },
});

const deleteSender = defineRoute("DELETE /senders/{signatureid}", {
  evidence: "contract",
  source: `${PAGE}#delete-signature`,
  handle(call) {
    const signature = senderOf(call);
    senders(call).delete(String(signature.ID));
    return done(`Signature ${signature.EmailAddress} removed.`);
  },
});

/** The sandbox sends no mail: nobody confirms but through the store, as an outsider does. */
const resend = defineRoute("POST /senders/{signatureid}/resend", {
  evidence: "contract",
  source: `${PAGE}#resend-confirmation`,
  handle(call) {
    const signature = senderOf(call);
    if (isConfirmed(call, signature)) throw refuse(506, "This signature is confirmed already.");
    return done(`Confirmation email for Sender Signature ${signature.EmailAddress} was re-sent.`);
  },
});

const verifySpf = defineRoute("POST /senders/{signatureid}/verifyspf", {
  evidence: "contract",
  source: `${PAGE}#verify-spf`,
  handle: (call) => ({ status: 200, json: detailsOf(call, senderOf(call)) }),
});

const requestNewDkim = defineRoute("POST /senders/{signatureid}/requestnewdkim", {
  evidence: "contract",
  source: `${PAGE}#request-dkim`,
  handle(call) {
    const domain = domainOf(call, senderOf(call));
    if (domain.DKIMUpdateStatus === "Pending")
      throw refuse(505, "A DKIM renewal is already scheduled for this domain.");
    Object.assign(domain, pendingKey(call, domain.Name));
    return done("DKIM was successfully renewed.");
  },
});

function detailsOf(call: Call, signature: Signature) {
  const { ID: _id, Name: _name, ...records } = domainOf(call, signature);
  return { ...records, ...signature, Confirmed: isConfirmed(call, signature) };
}

function isConfirmed(call: Call, { Confirmed, Domain }: Pick<Signature, "Confirmed" | "Domain">): boolean {
  return Confirmed || domainNamed(call, Domain)?.DKIMVerified === true;
}

/** A signature outlives its domain: then the domain comes back with it (inferred). */
function domainOf(call: Call, { Domain }: Signature): DomainDetails {
  return domainNamed(call, Domain) ?? addDomain(call, Domain);
}

function senderOf(call: Call): Signature {
  const signature = senders(call).get(call.params.signatureid ?? "");
  if (!signature) throw refuse(501, "The sender signature was not found.");
  return signature;
}

function all(call: Call): Signature[] {
  return senders(call).list();
}

function senders(call: Call) {
  return call.store.collection<Signature>("senders");
}

export const senderRoutes = [
  ...[createSender, readSender, listSenders, editSender, deleteSender],
  ...[resend, verifySpf, requestNewDkim],
];
