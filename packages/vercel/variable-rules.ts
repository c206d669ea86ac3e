import type { InputProblem } from "@mais/provider-kit";
import type { EnvVariable } from "./env-wire.ts";
import { describeScope, overlaps } from "./variable-plan.ts";

/** Names that Vercel fills in itself. https://vercel.com/docs/environment-variables/system-environment-variables */
const SYSTEM_NAME =
  /^VERCEL(_ENV|_TARGET_ENV|_URL|_BRANCH_URL|_PROJECT_PRODUCTION_URL|_REGION|_DEPLOYMENT_ID|_PROJECT_ID|_OIDC_TOKEN|_GIT_.*)?$/;

/** What Vercel would refuse, said before anything is sent; all of it at once, and never a value. */
export function variableProblems(variables: readonly EnvVariable[]): InputProblem[] {
  const reasons = variables.flatMap((variable, index) => [
    ...reasonsOf(variable).map((reason) => `${describeScope(variable)} ${reason}`),
    ...variables.slice(0, index).flatMap((other) => (overlaps(variable, other) ? [twice(variable, other)] : [])),
  ]);
  return reasons.map((reason) => ({ property: "variables", reason }));
}

function reasonsOf({ key, sensitive, targets = [], customEnvironmentIds = [], gitBranch }: EnvVariable): string[] {
  const reasons: string[] = [];
  if (targets.length + customEnvironmentIds.length === 0) reasons.push("needs targets or customEnvironmentIds");
  if (sensitive && targets.includes("development"))
    reasons.push(
      "cannot be sensitive in development, because every developer pulls it: give development an entry of its own",
    );
  if (gitBranch !== undefined && (targets.length !== 1 || targets[0] !== "preview"))
    reasons.push('has a gitBranch, which needs targets: ["preview"] alone');
  if (SYSTEM_NAME.test(key)) reasons.push("is a name that Vercel fills in itself: choose another");
  return reasons;
}

function twice(a: EnvVariable, b: EnvVariable): string {
  return `${describeScope(a)} overlaps ${describeScope(b)}: a key has one value per environment`;
}
