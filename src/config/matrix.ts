import { teamVariables } from "../../stacks/variables.ts";
import { applicationVariables } from "./application-variables.ts";
import { previousRows } from "./previous.ts";
import { stackVariables } from "./stack-variables.ts";
import type { Row, Rows } from "./variable.ts";

/** Names of the built-in variables. */
export type VariableName = keyof typeof applicationVariables | keyof typeof stackVariables;

/** Built-in rows, then a team's own; a team's row takes the place of a built-in one of the same name. Last, previous values. */
export function buildMatrix(team: Rows): ReadonlyMap<string, Row> {
  const guide = Object.entries<Row>(applicationVariables).map(([name, row]): [string, Row] => [
    name,
    { ...row, guide: true },
  ]);
  const declared = new Map<string, Row>([...guide, ...Object.entries<Row>(stackVariables), ...Object.entries(team)]);
  return new Map([...declared, ...previousRows([...declared])]);
}

/** The one list of variables. */
export const MATRIX = buildMatrix(teamVariables);
