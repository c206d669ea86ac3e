import type { Variable } from "./configuration.ts";
import { connectionBudget, overdrawnDirect, overdrawnPooler } from "./connection-budget.ts";
import { type VariablesInput, variableProblem } from "./judge-variables.ts";
import type { Problem } from "./problem.ts";
import { settingProblem } from "./read-settings.ts";
import { overdrawnRedis } from "./redis-budget.ts";
import type { DraftSettings } from "./settings.ts";

/** What the stack's parts ask of a vendor together, and its plan does not give. */
export function budgetProblems(
  settings: DraftSettings,
  variables: ReadonlyMap<string, Variable>,
  asks: VariablesInput,
): Problem[] {
  return [...connectionProblems(settings, variables, asks), ...redisProblems(settings, asks.environment)];
}

function connectionProblems(
  settings: DraftSettings,
  variables: ReadonlyMap<string, Variable>,
  asks: VariablesInput,
): Problem[] {
  const name = "DATABASE_POOL_SIZE";
  const row = asks.rows.get(name);
  const poolSize = Number(variables.get(name)?.value);
  const budget = Number.isInteger(poolSize) ? connectionBudget(settings, poolSize) : undefined;
  if (!budget || !row) return [];
  const problems = overdrawnDirect(budget).map((fault) => settingProblem(fault, asks.environment));
  const overdraft = overdrawnPooler(budget);
  if (!overdraft) return problems;
  const { rule, fix } = overdraft;
  return [...problems, { ...variableProblem({ name, row, kind: "conflict", rule }, asks), fix }];
}

function redisProblems(settings: DraftSettings, stack: string): Problem[] {
  const overdraft = overdrawnRedis(settings, stack);
  if (!overdraft) return [];
  const { path, rule, fix } = overdraft;
  return [{ subject: path, of: "setting", kind: "conflict", rule, fix }];
}
