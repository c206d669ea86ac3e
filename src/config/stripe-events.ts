import * as z from "zod";

/**
 * What an application that takes bookings for others on Stripe Connect must hear of: payments and deposit holds, refunds and
 * disputes, saved cards, money on its way, and subscriptions. https://docs.stripe.com/api/events/types
 */
const PLATFORM = [
  ...["checkout.session.completed", "checkout.session.async_payment_succeeded"],
  ...["checkout.session.async_payment_failed", "checkout.session.expired"],
  ...["payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"],
  ...["payment_intent.processing", "payment_intent.requires_action", "payment_intent.amount_capturable_updated"],
  ...["charge.succeeded", "charge.captured", "charge.expired", "charge.refunded"],
  ...["refund.created", "refund.updated", "refund.failed"],
  ...["charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"],
  ...["charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"],
  ...["radar.early_fraud_warning.created", "review.opened", "review.closed"],
  ...["setup_intent.succeeded", "setup_intent.setup_failed"],
  ...["payment_method.attached", "payment_method.detached", "payment_method.automatically_updated"],
  ...["customer.updated", "customer.deleted"],
  ...["transfer.created", "transfer.updated", "transfer.reversed"],
  ...["application_fee.created", "application_fee.refunded", "payout.failed", "balance.available"],
  ...["customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted"],
  "customer.subscription.trial_will_end",
  ...["invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "invoice.finalized"],
];

/** Of those who offer: what Stripe still asks of them, and their payouts. Direct charges would need the payments' too. */
const CONNECTED = [
  ...["account.updated", "capability.updated", "person.updated"],
  ...["account.application.authorized", "account.application.deauthorized"],
  ...["account.external_account.created", "account.external_account.updated", "account.external_account.deleted"],
  ...["payout.created", "payout.updated", "payout.paid", "payout.failed", "payout.canceled", "balance.available"],
];

/** The events that `default` stands for, at the endpoint for the own account and at the one for connected accounts. */
export const DEFAULT_EVENTS = { platform: PLATFORM, connected: CONNECTED } as const;

/** A list of event types, or `default`. */
export function stripeEvents(endpoint: keyof typeof DEFAULT_EVENTS, example: string) {
  const name = z.string().regex(/^(\*|[a-z0-9_]+(\.[a-z0-9_]+)+)$/, `expected an event such as ${example}`);
  return z.preprocess((given, context) => {
    if (given === "default") return DEFAULT_EVENTS[endpoint];
    if (typeof given === "string")
      context.addIssue({ code: "custom", message: "expected a list of events, or the word default" });
    return given;
  }, z.array(name).min(1));
}
