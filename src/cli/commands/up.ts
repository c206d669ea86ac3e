import { runPulumi } from "../../ops/pulumi.ts";
import type { UpResult } from "../../ops/up-run.ts";
import { UserError } from "../../user-error.ts";
import { type Context, defineCommand, shared } from "../command.ts";
import { ask, confirm } from "../confirm.ts";
import { exit } from "../exit.ts";
import { changedInWords } from "../words.ts";

export const upCommand = defineCommand({
  name: "up",
  about: "Bring a stack up: preview, ask, change, and finish what an interrupted run left open",
  details:
    "A lock whose holder has provably ended is removed, objects that an interrupted run has made are adopted, and what\n" +
    "the engine lists as pending is taken off its list once it is settled. So after any crash: the same command again.",
  examples: ["mais up --stack dev", "mais --sandbox up --stack prod --yes"],
  options: {
    stack: { ...shared.stack, required: true },
    yes: { type: "boolean", short: "y", about: "Change without asking" },
  },
  async run({ stack, yes }, context) {
    if (!yes) await agree(stack, context);
    const { changedSteps, countByVendor, up } = await import("../../ops/up.ts");
    const result = await up(stack, context.place);
    const changed = changedSteps(result.steps).length;
    const { target, changes, outputs, warnings } = result;
    const counts = countByVendor(result.steps);
    context.out.result(
      { schema: "mais.up/1", stack, target, changes, counts, outputs, warnings },
      summary(result, changed),
    );
    return exit.ok;
  },
});

/** Shows what would change, then asks; for the live prod by its name, which no finger types by habit. */
async function agree(stack: string, context: Context): Promise<void> {
  const again = `Do it without asking: mais up --stack ${stack} --yes`;
  if (!context.out.interactive || context.json)
    throw new UserError("There is no terminal to ask on, so nothing was changed.", { advice: again, exit: exit.usage });
  const code = await runPulumi(["preview", "--stack", stack], context.place);
  if (code !== 0) throw new UserError("The preview failed, so nothing was changed.", { exit: exit.deploy });
  if (stack !== "prod" || context.sandbox) return confirm(`Change stack ${stack}?`, context, again);
  const typed = await ask(`Type ${stack} to change it: `, context, again);
  if (typed !== stack) throw new UserError("Nothing was changed.", { exit: exit.cancelled });
}

function summary({ stack, target, warnings }: UpResult, changed: number): string {
  const where = target === "sandbox" ? " on the sandbox" : "";
  const news = changedInWords(changed);
  const lines = warnings.map((warning) => `  warning: ${warning}`);
  return [`Stack ${stack} is up${where}. ${news}`, ...lines, `Next: mais pulumi stack output --stack ${stack}`].join(
    "\n",
  );
}
