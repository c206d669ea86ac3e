import { expect, test } from "vitest";
import { documentOf, explain } from "../../src/config/explain.ts";
import type { Problem } from "../../src/config/problem.ts";

const stripe: Problem = {
  ...{ subject: "STRIPE_SECRET_KEY", of: "variable", kind: "forbidden", rule: "expected a live key (sk_live_…)" },
  ...{
    origin: "prod.env",
    usedBy: "api, worker",
    getIt: "Stripe > Developers > API keys",
    fix: "Set STRIPE_SECRET_KEY in prod.env",
  },
};
const sentry: Problem = {
  ...{ subject: "SENTRY_DSN", of: "variable", kind: "missing", rule: "Where errors are reported" },
  ...{ usedBy: "api, web", getIt: "Sentry > Project > Client Keys (DSN)" },
  fix: "Set it with: pulumi config set --secret mais:SENTRY_DSN --stack prod",
};
const webhook: Problem = { ...sentry, subject: "JWT_SECRET", fix: sentry.fix.replace("SENTRY_DSN", "JWT_SECRET") };
const plan: Problem = {
  ...{ subject: "api.plan", of: "setting", kind: "invalid", rule: "expected one of starter, standard" },
  fix: "Set mais:api.plan in Pulumi.prod.yaml",
};

test("every problem is told with its rule, where the value is from, who uses it, and what to do", () => {
  expect(explain([plan, stripe, sentry], { environment: "prod" })).toBe(
    `Configuration for prod has 3 problems. Nothing was changed.

  invalid    api.plan           expected one of starter, standard
  forbidden  STRIPE_SECRET_KEY  expected a live key (sk_live_…)
                                from prod.env; used by api, worker; get it from Stripe > Developers > API keys
  missing    SENTRY_DSN         Where errors are reported
                                used by api, web; get it from Sentry > Project > Client Keys (DSN)

Set mais:api.plan in Pulumi.prod.yaml
Set STRIPE_SECRET_KEY in prod.env
Set it with: pulumi config set --secret mais:SENTRY_DSN --stack prod
Then run: mais validate --stack prod`,
  );
});

test("what several problems call for is said once", () => {
  const lines = explain([sentry, webhook], { environment: "prod", again: "mais validate --stack prod --json" }).split(
    "\n",
  );
  expect(lines.slice(-2)).toEqual([
    "Set each with: pulumi config set --secret mais:NAME --stack prod",
    "Then run: mais validate --stack prod --json",
  ]);
});

test("one problem is one problem", () => {
  expect(explain([plan], { environment: "dev" })).toContain("has 1 problem. Nothing was changed.");
});

test("as a document, a problem has four fields", () => {
  expect([stripe, sentry, plan].map(documentOf)).toEqual([
    {
      variable: "STRIPE_SECRET_KEY",
      kind: "forbidden",
      message: "expected a live key (sk_live_…); from prod.env; used by api, worker",
      fix: "Set STRIPE_SECRET_KEY in prod.env; get it from Stripe > Developers > API keys",
    },
    {
      variable: "SENTRY_DSN",
      kind: "missing",
      message: "Where errors are reported; used by api, web",
      fix: "Set it with: pulumi config set --secret mais:SENTRY_DSN --stack prod; get it from Sentry > Project > Client Keys (DSN)",
    },
    {
      variable: "api.plan",
      kind: "invalid",
      message: "expected one of starter, standard",
      fix: "Set mais:api.plan in Pulumi.prod.yaml",
    },
  ]);
});
