import { budgetProblems } from "./budget-problems.ts";
import { type Default, defaultsOf, duplicateProblems, fixInFile, givenByFile } from "./check-env-file.ts";
import { type ConfigKeys, STACK_CONFIG, sortConfig } from "./config-keys.ts";
import type { Configuration, Variable } from "./configuration.ts";
import { type EnvFile, parseEnvFile } from "./env-file.ts";
import type { Environment } from "./environments.ts";
import { type Given, judgeVariables, type VariablesInput } from "./judge-variables.ts";
import { MATRIX } from "./matrix.ts";
import type { Problem } from "./problem.ts";
import { readSettings, settingProblem } from "./read-settings.ts";
import { findSettingFaults } from "./setting-rules.ts";
import type { DraftSettings, Settings } from "./settings.ts";
import { findSharedSecrets, type OtherEnvironments } from "./shared-secrets.ts";
import type { StateBackend } from "./state-backend.ts";
import { findStateProblems } from "./state-rules.ts";
import { type Existing, isPresent, supplyOf } from "./supply.ts";
import { type Row, SURFACES, type Surface } from "./variable.ts";

export interface GateInput {
  environment: Environment;
  /** The stack config as the engine hands it over: `mais:api` is `{"plan":"starter",…}`. Other namespaces are ignored. */
  config: Readonly<Record<string, string>>;
  /** Keys of `config` that are encrypted; left out, nobody is told off for a secret in plain text. */
  secretKeys?: readonly string[] | undefined;
  /** Given variables that win over the stack config's. */
  envFile?: EnvFile | undefined;
  /** Overrides the stack's own target. */
  target?: Settings["target"] | undefined;
  state?: StateBackend | undefined;
  /** What the stack holds already; left out, nothing is concluded from it. */
  existing?: Existing | undefined;
  /** The secrets of the other environments, as fingerprints. */
  others?: OtherEnvironments | undefined;
  rows?: ReadonlyMap<string, Row> | undefined;
}

export type Verdict = Accepted | Refused;

interface Accepted extends Judged {
  ok: true;
  configuration: Configuration;
}

interface Refused extends Judged {
  ok: false;
  problems: readonly Problem[];
}

interface Judged {
  /** Variables that nobody gave and the application has a value for. */
  defaults: readonly Default[];
}

/** The gate: judges a whole environment at once and answers every problem. Pure: it reads and prints nothing. */
export function judge(input: GateInput): Verdict {
  const { environment, rows = MATRIX } = input;
  const keys = sortConfig(input.config, { stack: environment, rows, secretKeys: input.secretKeys });
  const read = readSettings(keys.settings, { target: input.target, stack: environment });
  const { given, problems: fileProblems } = collectGiven(input, keys, rows);
  const asks = variablesInput(input, read.draft, { given, rows });
  const { problems: variableProblems, variables } = judgeVariables(asks);
  const settingFaults = [...findSettingFaults(read.draft, environment)];
  const problems = [
    ...keys.problems,
    ...read.problems,
    ...settingFaults.map((fault) => settingProblem(fault, environment)),
    ...findStateProblems(input.state, read.draft, { given, stack: environment }),
    ...fileProblems,
    ...variableProblems,
    ...budgetProblems(read.draft, variables, asks),
    ...findSharedSecrets(input.others, asks, variableProblems),
  ];
  const defaults = defaultsOf(variables);
  if (problems.length > 0 || !read.settings) return { ok: false, problems, defaults };
  return { ok: true, configuration: configurationOf(environment, read.settings, variables), defaults };
}

function collectGiven(input: GateInput, keys: ConfigKeys, rows: ReadonlyMap<string, Row>) {
  const given = new Map(keys.given);
  if (!input.envFile) return { given, problems: [] };
  const parsed = parseEnvFile(input.envFile.text);
  for (const [name, value] of givenByFile(input.envFile, parsed)) given.set(name, value);
  return { given, problems: [...unreadable(input.envFile), ...duplicateProblems(input.envFile, parsed, rows)] };
}

function unreadable({ path, unreadable: reason }: EnvFile): Problem[] {
  if (!reason) return [];
  const rule = `expected a file of variables, found ${reason}`;
  const fix = `Correct MAIS_ENV_FILE, or unset it`;
  return [{ subject: path, of: "setting", kind: "invalid", rule, origin: "MAIS_ENV_FILE", fix }];
}

function variablesInput(
  { environment, envFile, existing, target }: GateInput,
  settings: DraftSettings,
  { given, rows }: { given: ReadonlyMap<string, Given>; rows: ReadonlyMap<string, Row> },
): VariablesInput {
  return {
    environment,
    rows,
    given,
    isWanted: (_name, row) => row.usedBy.some((surface) => isPresent(settings, surface)),
    supply: (name, row) => supplyOf(name, row, { settings, existing }),
    need: (_name, { neededBy }) => (neededBy && settings[neededBy.tier] ? neededBy.why : undefined),
    fix(name, row) {
      const isFromConfig = given.get(name)?.origin === STACK_CONFIG;
      if (envFile && !envFile.unreadable && !isFromConfig) return fixInFile(name, envFile.path);
      return `Set it with: ${setCommand(name, row, { stack: environment, target })}`;
    },
  };
}

/** The command that stores a given variable in the stack config; for a sandbox run, in the sandbox's copy of it. */
export function setCommand(
  name: string,
  row: Pick<Row, "secret">,
  { stack, target }: { stack: string; target?: Settings["target"] | undefined },
): string {
  const engine = target === "sandbox" ? "mais --sandbox pulumi" : "pulumi";
  return `${engine} config set ${row.secret ? "--secret " : ""}mais:${name} --stack ${stack}`;
}

function configurationOf(
  environment: Environment,
  settings: Settings,
  variables: ReadonlyMap<string, Variable>,
): Configuration {
  const all = [...variables.values()];
  const bySurface = new Map<Surface, readonly Variable[]>(
    SURFACES.map((surface) => [
      surface,
      isPresent(settings, surface) ? all.filter(({ row }) => row.usedBy.includes(surface)) : [],
    ]),
  );
  return { environment, settings, variables, forSurface: (surface) => bySurface.get(surface) ?? [] };
}
