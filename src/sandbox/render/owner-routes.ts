import { defineRoute } from "../emulator.ts";
import { filter, ownerOf, page, passes } from "./request.ts";
import { type Owner, owners } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

export function ownerShape(owner: Owner | undefined): Record<string, unknown> {
  return { ...embeddedOwner(owner), twoFactorAuthEnabled: false };
}

/** An owner inside another object: fewer words, seen in real answers. */
export function embeddedOwner(owner: Owner | undefined): Record<string, unknown> {
  const { overlap: _, ...shown } = owner ?? {};
  return shown;
}

const list = defineRoute("GET /v1/owners", {
  evidence: "contract",
  source: `${DOCS}/list-owners`,
  handle(call) {
    const [name, email] = [filter(call, "name"), filter(call, "email")];
    const found = owners(call.store)
      .list()
      .filter((owner) => passes(name, owner.name) && passes(email, owner.email));
    return { status: 200, json: page(call, "owner", found.map(ownerShape), ({ id }) => String(id)) };
  },
});

const retrieve = defineRoute("GET /v1/owners/{ownerId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-owner`,
  handle: (call) => ({ status: 200, json: ownerShape(ownerOf(call)) }),
});

const caller = defineRoute("GET /v1/users", {
  evidence: "contract",
  source: `${DOCS}/get-user`,
  handle: () => ({ status: 200, json: { email: "sandbox@mais.invalid", name: "Sandbox" } }),
});

/** The one person who works here: an administrator. */
const members = defineRoute("GET /v1/owners/{ownerId}/members", {
  evidence: "contract",
  source: `${DOCS}/retrieve-owner-members`,
  handle(call) {
    const { name, email } = ownerOf(call);
    const person = { userId: "usr-sandbox0000000000000", name, email };
    return { status: 200, json: [{ ...person, status: "active", role: "ADMIN", mfaEnabled: false }] };
  },
});

export const ownerRoutes = [list, retrieve, caller, members];
