import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { parseEnvFile } from "../../config/env-file.ts";
import { ENVIRONMENTS, environmentOf } from "../../config/environments.ts";
import { explain } from "../../config/explain.ts";
import { readEnvFile } from "../../config/load.ts";
import { MATRIX } from "../../config/matrix.ts";
import { exit, UserError } from "../../user-error.ts";
import type { Place } from "../place.ts";
import { sandboxFolder } from "../sandbox.ts";
import { validateStack } from "../validate.ts";
import { handedProblems, handedValues } from "./new-value.ts";
import { type RotationOutcome, rotate } from "./rotate.ts";
import { RotationJournal } from "./rotation-journal.ts";
import { planRotation, type RotationPlan } from "./rotation-plan.ts";
import { StackWorld } from "./stack-world.ts";

export interface RotationRequest {
  stack: string;
  names: readonly string[];
  all: boolean;
  sinceLeak: boolean;
  /** A file with new values, or `-` for standard input. */
  fromFile?: string | undefined;
}

export interface OpenedRotation {
  plan: RotationPlan;
  target: "sandbox" | "live";
  run(): Promise<RotationOutcome[]>;
}

/** Asked once a second; a report that a killed process left behind is over after two and a half minutes. */
const PATIENCE = { attempts: 180, pauseMs: 1_000 };

/** Judges the stack and plans its rotation. Nothing is changed before `run`. */
export async function openRotation(request: RotationRequest, place: Place): Promise<OpenedRotation> {
  const { stack, names, all, sinceLeak } = request;
  const environment = environmentOf(stack.split("/").at(-1) ?? stack);
  if (!environment)
    throw new UserError(`There is no environment "${stack}". It is one of: ${ENVIRONMENTS.join(", ")}.`, {
      exit: exit.stackNotFound,
    });
  const verdict = await validateStack(stack, environment, place);
  if (!verdict.ok)
    throw new UserError(explain(verdict.problems, { environment }), {
      advice: "Nothing was rotated: an update of this configuration would be refused.",
      exit: exit.usage,
    });
  const { configuration } = verdict;
  const { settings, variables } = configuration;
  const handed = await readHanded(request, place);
  const journal = journalOf(stack, settings.target, place);
  const plan = planRotation(
    { names, all, sinceLeak, handed: new Set(handed.keys()) },
    { stack, rows: MATRIX, variables, settings, fromFile: namesInFile(place), open: await journal.read() },
  );
  const problems = [...plan.problems, ...handedProblems(handed, { rows: MATRIX, environment })];
  if (problems.length > 0)
    throw new UserError(`Nothing was rotated:\n${problems.map((one) => `  ${one}`).join("\n")}`, { exit: exit.usage });
  const world = new StackWorld(stack, place, configuration);
  const { progress } = place;
  const run = () => rotate(plan, { world, journal, rows: MATRIX, handed, progress, patience: PATIENCE });
  return { plan, target: settings.target, run };
}

function journalOf(stack: string, target: "sandbox" | "live", { root, env }: Place): RotationJournal {
  const home = target === "sandbox" ? sandboxFolder(root, env) : join(root, ".mais");
  return RotationJournal.of(home, stack);
}

function namesInFile({ env, cwd }: Place): ReadonlySet<string> {
  if (!env.MAIS_ENV_FILE) return new Set();
  const { values } = parseEnvFile(readEnvFile(env.MAIS_ENV_FILE, cwd).text);
  return new Set([...values].filter(([, value]) => value.trim() !== "").map(([name]) => name));
}

async function readHanded({ fromFile, names }: RotationRequest, { cwd }: Place) {
  if (fromFile === undefined) return new Map<string, string>();
  const path = resolve(cwd, fromFile);
  const content = fromFile === "-" ? readAll(process.stdin) : readFile(path, "utf8");
  const text = await content.catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${fromFile} cannot be read (${error.code}).`, {
      advice: `Look into ${dirname(path)}.`,
      exit: exit.usage,
    });
  });
  return handedValues(text, names);
}
