import { defineRoute } from "../emulator.ts";
import { notFound } from "./refusals.ts";
import { filter, page, param, passes } from "./request.ts";
import { type Owner, owners } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

export function ownerShape(owner: Owner | undefined): Record<string, unknown> {
  return { ...owner, twoFactorAuthEnabled: false };
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
  handle(call) {
    const id = param(call, "ownerId");
    const owner = owners(call.store).get(id);
    if (!owner) throw notFound(id);
    return { status: 200, json: ownerShape(owner) };
  },
});

const caller = defineRoute("GET /v1/users", {
  evidence: "contract",
  source: `${DOCS}/get-user`,
  handle: () => ({ status: 200, json: { email: "sandbox@mais.invalid", name: "Sandbox" } }),
});

export const ownerRoutes = [list, retrieve, caller];
