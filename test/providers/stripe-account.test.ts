import { getAccount } from "@pulumi/stripe";
import { provider } from "@pulumi/stripe/provider";
import { expect, test } from "vitest";
import { StripeApi } from "../../packages/stripe/client.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { signal } from "./stripe-run.ts";

/** Asks with a fetch that answers some paths itself, in place of the sandbox. */
function ask(sandbox: Sandbox, said: Record<string, { status: number; json: object }> = {}, livemode = false) {
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const own = said[new URL(String(input)).pathname];
    return own ? Response.json(own.json, { status: own.status }) : await globalThis.fetch(input, init);
  };
  const key = livemode ? "sandbox_stripe_live" : "sandbox_stripe_test";
  const api = new StripeApi({ baseUrl: sandbox.url("stripe"), key, livemode, fetch });
  return getAccount.definition.run(api, {}, { signal: signal() });
}

test("an account tells whether it may take and pay out money, in the mode of the key", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  expect(provider.invokes?.map(({ token }) => token)).toEqual([getAccount.definition.token]);
  const ready = {
    ...{ id: "acct_sandbox", livemode: false, chargesEnabled: true, payoutsEnabled: true, detailsSubmitted: true },
    ...{ country: "US", defaultCurrency: "usd", capabilities: { card_payments: "active", transfers: "active" } },
    ...{ requirementsDue: [], disabledReason: undefined, hasConnectedAccounts: false },
  };
  expect(await ask(sandbox)).toEqual(ready);
  expect(await ask(sandbox, {}, true)).toEqual({ ...ready, livemode: true });
});

test("an account that is not ready says what it waits for; a key that may not list connected accounts leaves them out", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const account = {
    ...{ id: "acct_new", charges_enabled: false, payouts_enabled: false, details_submitted: false, country: null },
    requirements: {
      ...{ past_due: ["external_account"], currently_due: ["external_account", "tos_acceptance.date"] },
      disabled_reason: "requirements.past_due",
    },
  };
  const refusal = {
    error: { type: "invalid_request_error", message: "The key does not have the required permissions" },
  };
  const unready = await ask(sandbox, {
    "/stripe/v1/account": { status: 200, json: account },
    "/stripe/v1/accounts": { status: 403, json: refusal },
  });
  expect(unready).toMatchObject({
    ...{ id: "acct_new", chargesEnabled: false, capabilities: {}, country: undefined },
    requirementsDue: ["external_account", "tos_acceptance.date"],
    disabledReason: "requirements.past_due",
  });
  expect(unready.hasConnectedAccounts).toBeUndefined();
  const platform = { "/stripe/v1/accounts": { status: 200, json: { object: "list", data: [{ id: "acct_host" }] } } };
  expect((await ask(sandbox, platform)).hasConnectedAccounts).toBe(true);
});
