import type { Environment } from "./environments.ts";
import type { Settings } from "./settings.ts";
import type { Row, Surface } from "./variable.ts";

/** A variable that this environment has, and where its value comes from. */
export type Variable = VariableWithValue | VariableOfTheStack;

interface VariableBase {
  name: string;
  row: Row;
}

export interface VariableWithValue extends VariableBase {
  source: "given" | "derived" | "default";
  value: string;
}

/** The stack has or makes the value; nobody knows it before. */
export interface VariableOfTheStack extends VariableBase {
  source: "provisioned" | "generated";
  value?: undefined;
}

/** An environment that passed the gate. */
export interface Configuration {
  environment: Environment;
  settings: Settings;
  /** By name. An optional variable that nobody gave is not in it. */
  variables: ReadonlyMap<string, Variable>;
  /** What one surface consumes, and nothing else; empty if the surface is not part of the stack. */
  forSurface(surface: Surface): readonly Variable[];
}
