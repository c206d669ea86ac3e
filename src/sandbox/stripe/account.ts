import { defineRoute } from "../emulator.ts";
import { queryOf } from "./objects.ts";
import { readParameters } from "./parameters.ts";
import { refuse } from "./refusals.ts";

/** The account that both sandbox keys belong to. */
export const ACCOUNT_ID = "acct_sandbox";

const readOwnAccount = defineRoute("GET /v1/account", {
  evidence: "documented",
  source: "https://docs.stripe.com/api/accounts/retrieve",
  handle(call) {
    readParameters({}, queryOf(call));
    return { status: 200, json: account() };
  },
});

const readAccount = defineRoute("GET /v1/accounts/{id}", {
  evidence: "documented",
  source: "https://docs.stripe.com/api/accounts/retrieve",
  handle(call) {
    readParameters({}, queryOf(call));
    checkAccount(call.params.id);
    return { status: 200, json: account() };
  },
});

export function checkAccount(id: string | undefined): void {
  if (id === ACCOUNT_ID) return;
  throw refuse(403, {
    code: "account_invalid",
    message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
  });
}

/** One's own platform account is read-only through the API, so it is the same for ever. */
function account(): unknown {
  return {
    ...{ id: ACCOUNT_ID, object: "account", business_type: "company", country: "US", default_currency: "usd" },
    ...{ email: "sandbox@mais.invalid", charges_enabled: true, payouts_enabled: true, details_submitted: true },
    ...{ type: "standard", metadata: {} },
  };
}

export const accountRoutes = [readOwnAccount, readAccount];
