import { ApiError, defineFunction } from "@mais/provider-kit";
import { z } from "zod";
import type { StripeApi } from "./client.ts";

const AccountAnswer = z.object({
  ...{ id: z.string(), charges_enabled: z.boolean(), payouts_enabled: z.boolean(), details_submitted: z.boolean() },
  ...{ country: z.string().nullish(), default_currency: z.string().nullish() },
  capabilities: z.record(z.string(), z.string()).nullish(),
  requirements: z
    .object({
      currently_due: z.array(z.string()).nullish(),
      past_due: z.array(z.string()).nullish(),
      disabled_reason: z.string().nullish(),
    })
    .nullish(),
});

const READ = { attempt: "GET /v1/account", answer: AccountAnswer };
const LIST_CONNECTED = { attempt: "GET /v1/accounts", answer: z.object({ data: z.array(z.unknown()) }) };

/** The account that the key belongs to, and whether it may take and pay out money. */
export const getAccount = defineFunction("stripe:index/getAccount:getAccount", {
  inputs: {},
  outputs: {
    /** `acct_…` */
    id: z.string(),
    /** Whether this is live mode; the key decides. */
    livemode: z.boolean(),
    chargesEnabled: z.boolean(),
    payoutsEnabled: z.boolean(),
    /** Whether all that Stripe asks of a new account has been handed in. */
    detailsSubmitted: z.boolean(),
    country: z.string().optional(),
    defaultCurrency: z.string().optional(),
    /** `active`, `inactive` or `pending` under `card_payments`, `transfers` and so on. */
    capabilities: z.record(z.string(), z.string()),
    /** What Stripe waits for, such as `external_account`, overdue or not. */
    requirementsDue: z.array(z.string()),
    /** Why payments or payouts are off. */
    disabledReason: z.string().optional(),
    /**
     * `true` proves that Connect is set up. `false` proves nothing, since Stripe says nowhere whether it is; absent where
     * the key may not list them.
     */
    hasConnectedAccounts: z.boolean().optional(),
  },
  async run(api: StripeApi, _inputs, { signal }) {
    const [account, hasConnectedAccounts] = await Promise.all([
      api.call(READ, signal, (stripe) => stripe.accounts.retrieveCurrent()),
      lookForConnected(api, signal),
    ]);
    const { currently_due: due, past_due: overdue, disabled_reason: reason } = account.requirements ?? {};
    const requirementsDue: string[] = [...new Set([...(overdue ?? []), ...(due ?? [])])];
    return {
      ...{ id: account.id, livemode: api.livemode, detailsSubmitted: account.details_submitted },
      ...{ chargesEnabled: account.charges_enabled, payoutsEnabled: account.payouts_enabled },
      ...{ country: account.country ?? undefined, defaultCurrency: account.default_currency ?? undefined },
      capabilities: account.capabilities ?? {},
      ...{ requirementsDue, disabledReason: reason ?? undefined, hasConnectedAccounts },
    };
  },
});

/** A restricted key may lack the permission, which the rest does not need. */
async function lookForConnected(api: StripeApi, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    const { data } = await api.call(LIST_CONNECTED, signal, (stripe) => stripe.accounts.list({ limit: 1 }));
    return data.length > 0;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 400)) return undefined;
    throw error;
  }
}
