import type { Given } from "./judge-variables.ts";
import type { Problem } from "./problem.ts";
import type { DraftSettings } from "./settings.ts";
import { isStateIn, isStateInCheckout, type StateBackend } from "./state-backend.ts";

const FIX =
  "Run: pulumi login s3://<bucket>?region=<region>, or another backend outside the stack (a versioned bucket, a PostgreSQL of your own, Pulumi Cloud)";

/** A live stack's state must outlive the checkout and the stack itself. */
export function findStateProblems(
  state: StateBackend | undefined,
  settings: DraftSettings,
  { given, stack }: { given: ReadonlyMap<string, Given>; stack: string },
): Problem[] {
  if (!state || settings.target !== "live") return [];
  const problem = (rule: string, fix: string): Problem => ({
    subject: "state backend",
    of: "setting",
    kind: "forbidden",
    rule,
    fix,
  });
  if (isStateInCheckout(state) && !settings.allowLocalState) {
    const rule = "expected state outside the checkout: whoever loses this folder loses track of a live stack";
    return [problem(rule, `${FIX}. To accept the risk, set mais:allowLocalState: true in Pulumi.${stack}.yaml`)];
  }
  const ownDatabase = ["DATABASE_URL", "DIRECT_URL"].some((name) =>
    isStateIn(state.backendUrl, given.get(name)?.value ?? ""),
  );
  if (!ownDatabase) return [];
  return [
    problem("expected state outside the stack: this database is part of it, and would take its record along", FIX),
  ];
}
