import { UserError } from "../../user-error.ts";
import { defineCommand } from "../command.ts";
import { exit } from "../exit.ts";

export const pulumi = defineCommand({
  name: "pulumi",
  about: "Run the pinned Pulumi engine with this project's environment",
  details:
    "Every argument goes to the engine as it is, and its exit code comes back. Without --stack it is stack dev. A stack\n" +
    "whose mais:target is sandbox, and any stack with `mais --sandbox pulumi …`, runs on the sandbox, with a state of its own.",
  examples: [
    "mais pulumi preview",
    "mais pulumi up --stack dev --yes",
    "mais --sandbox pulumi up --stack prod",
    "mais --sandbox pulumi stack output --stack prod --json",
  ],
  options: {},
  passThrough: true,
  async run(_values, { out, rest, root, cwd, env, sandbox }) {
    if (rest.includes("--sandbox")) {
      const advice = `Write: mais --sandbox pulumi ${rest.filter((word) => word !== "--sandbox").join(" ")}`;
      throw new UserError("--sandbox is an option of mais, not of the engine.", { advice, exit: exit.usage });
    }
    const [{ openSession, prepareSession }, { passThrough }, { needsStack, stackArgument }] = await Promise.all([
      import("../../engine/session.ts"),
      import("../../engine/pass-through.ts"),
      import("../../engine/engine-command.ts"),
    ]);
    const stack = stackArgument(rest) ?? env.PULUMI_STACK ?? "dev";
    const open = needsStack(rest) ? openSession : prepareSession;
    const session = await open({ root, cwd, env, stack, sandbox, progress: out });
    const where = session.project.target === "sandbox" ? "on the sandbox" : "LIVE";
    out.note(out.style.dim(`mais: stack ${session.project.stack}, ${where}`));
    return await passThrough(session, rest);
  },
});
