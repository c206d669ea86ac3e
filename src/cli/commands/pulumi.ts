import { defineCommand } from "../command.ts";

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
  async run(_values, { rest, place }) {
    const { runPulumi } = await import("../../ops/pulumi.ts");
    return await runPulumi(rest, place);
  },
});
