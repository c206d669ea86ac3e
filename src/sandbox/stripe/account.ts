import { defineRoute } from "../emulator.ts";
import { answerPage, created, expansions, paging, queryOf, type StripeObject } from "./objects.ts";
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

const listAccounts = defineRoute("GET /v1/accounts", {
  evidence: "documented",
  source: "https://docs.stripe.com/api/accounts/list",
  handle(call) {
    const { expand } = readParameters({ ...paging, created }, queryOf(call));
    expansions(expand, []);
    // Lists connected accounts, and the sandbox has none.
    return answerPage<StripeObject>(call, [], (account) => account);
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
    capabilities: { card_payments: "active", transfers: "active" },
    controller: { type: "account" },
    requirements: {
      ...{ alternatives: [], current_deadline: null, currently_due: [], disabled_reason: null, errors: [] },
      ...{ eventually_due: [], past_due: [], pending_verification: [] },
    },
  };
}

export const accountRoutes = [readOwnAccount, readAccount, listAccounts];
