import type { Default } from "../../config/check-env-file.ts";
import { ENVIRONMENTS, type Environment, environmentOf } from "../../config/environments.ts";
import type { Problem } from "../../config/problem.ts";
import type { Place } from "../../ops/place.ts";
import { UserError } from "../../user-error.ts";
import { defineCommand, shared } from "../command.ts";
import { exit } from "../exit.ts";
import { nearest } from "../nearest.ts";

export const validate = defineCommand({
  name: "validate",
  about: "Judge an environment's variables and settings; changes nothing",
  details:
    "Without --env-file it judges what the next run would use: Pulumi.<stack>.yaml, and over it the file that\n" +
    "MAIS_ENV_FILE names. With --env-file it judges that file alone, as if it were all that the application gets.",
  examples: [
    "mais validate --stack prod",
    "mais validate --stack staging --env-file .env.staging",
    "mais validate --stack prod --json",
  ],
  options: { stack: { ...shared.stack, required: true }, "env-file": shared.envFile },
  async run({ stack, "env-file": envFile }, { out, place, sandbox }) {
    const environment = requireEnvironment(stack);
    const { problems, defaults } = envFile
      ? await judgeFile(environment, envFile, place)
      : await judgeStack(stack, environment, place);
    const { documentOf, explain } = await import("../../config/explain.ts");
    const ok = problems.length === 0;
    const again = `mais ${sandbox ? "--sandbox " : ""}validate --stack ${stack}${envFile ? ` --env-file ${envFile}` : ""}`;
    out.result(
      { schema: "mais.validate/1", stack, ok, problems: problems.map(documentOf), defaults },
      ok ? praise(environment, defaults) : explain(problems, { environment, again }),
    );
    return ok ? exit.ok : exit.usage;
  },
});

interface Judgement {
  problems: readonly Problem[];
  defaults: readonly Default[];
}

async function judgeFile(environment: Environment, path: string, { cwd }: Place): Promise<Judgement> {
  const [{ checkEnvFile }, { readEnvFile }] = await Promise.all([
    import("../../config/check-env-file.ts"),
    import("../../config/load.ts"),
  ]);
  const file = readEnvFile(path, cwd);
  if (file.unreadable) {
    throw new UserError(`${path} cannot be judged: expected a file of variables, found ${file.unreadable}.`, {
      advice: "Name a file with lines such as NODE_ENV=production; .env.example lists them all.",
      exit: exit.usage,
    });
  }
  return checkEnvFile(environment, file);
}

async function judgeStack(stack: string, environment: Environment, place: Place): Promise<Judgement> {
  const { validateStack } = await import("../../ops/validate.ts");
  const verdict = await validateStack(stack, environment, place);
  return { problems: verdict.ok ? [] : verdict.problems, defaults: verdict.defaults };
}

function requireEnvironment(stack: string): Environment {
  const environment = environmentOf(stack);
  if (environment) return environment;
  const close = nearest(stack, ENVIRONMENTS);
  throw new UserError(`There is no stack "${stack}".${close ? ` Did you mean ${close}?` : ""}`, {
    advice: `Stacks are called ${ENVIRONMENTS.join(", ")}.`,
    exit: exit.stackNotFound,
  });
}

function praise(environment: Environment, defaults: readonly Default[]): string {
  const width = Math.max(0, ...defaults.map(({ variable }) => variable.length));
  const rows = defaults.map(({ variable, value }) => `  ${variable.padEnd(width)}  ${value}`);
  return [
    `Configuration for ${environment} holds.`,
    ...(rows.length > 0 ? ["", "Left to their defaults:", ...rows] : []),
  ].join("\n");
}
