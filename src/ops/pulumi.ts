import { needsStack, stackArgument } from "../engine/engine-command.ts";
import { runEngine } from "../engine/run-engine.ts";
import { openSession, prepareSession } from "../engine/session.ts";
import { exit, UserError } from "../user-error.ts";
import type { Place } from "./place.ts";
import { hintAtRepair } from "./repair-hint.ts";

/** Runs a command line of the engine as it is. Answers the engine's own exit code. */
export async function runPulumi(args: readonly string[], place: Place): Promise<number> {
  refuseOurOption(args);
  const stack = stackArgument(args) ?? place.env.PULUMI_STACK ?? "dev";
  const open = needsStack(args) ? openSession : prepareSession;
  const session = await open({ ...place, stack });
  const { project } = session;
  place.progress.line(`mais: stack ${project.stack}, ${project.target === "sandbox" ? "on the sandbox" : "LIVE"}`);
  const { code } = await runEngine(session, args);
  await hintAtRepair(session, args, { place, code });
  return code;
}

function refuseOurOption(args: readonly string[]): void {
  if (!args.includes("--sandbox")) return;
  const rest = args.filter((word) => word !== "--sandbox").join(" ");
  throw new UserError("--sandbox is an option of mais, not of the engine.", {
    advice: `Write: mais --sandbox pulumi ${rest}`,
    exit: exit.usage,
  });
}
