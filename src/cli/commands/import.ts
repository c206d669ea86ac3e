import type { Imported } from "../../ops/import.ts";
import { defineCommand, shared } from "../command.ts";
import { exit } from "../exit.ts";

/** `import` alone is a word of the language. */
export const importCommand = defineCommand({
  name: "import",
  about: "Take an object that exists at a vendor into the stack, and print the TypeScript for it",
  details:
    "TYPE is a resource type, such as render:WebService; NAME the resource's name in the program; ID the vendor's id, or\n" +
    "the name, URL or lookup key that people see. The object itself is not changed. Put the printed code into the program,\n" +
    "then preview: it is empty, or names what differs. Unlike `pulumi import` it uses the stack's own provider, and does\n" +
    "not protect the resource from deletion unless --protect says so.",
  examples: [
    "mais import render:WebService legacy-api srv-d0abc123 --stack staging",
    "mais import supabase:Project database my-project --stack prod --parent mais:index:DatabaseTier::database",
    "mais --sandbox import stripe:WebhookEndpoint hook https://api.example.com/hook --stack dev --json",
  ],
  positionals: [
    { name: "TYPE", about: "The resource type", required: true },
    { name: "NAME", about: "Its name in the program", required: true },
    { name: "ID", about: "The vendor's id, or its name, URL or lookup key", required: true },
  ],
  options: {
    stack: shared.stackOrDev,
    parent: {
      type: "string",
      value: "COMPONENT",
      about: "The component it belongs to, a URN or TYPE::NAME; by default where the program has it",
    },
    protect: { type: "boolean", about: "Refuse to delete it until it is unprotected" },
  },
  async run({ stack, parent, protect }, { out, place, positionals, sandbox }) {
    const [type = "", name = "", id = ""] = positionals;
    const { importResource } = await import("../../ops/import.ts");
    const imported = await importResource({ stack, type, name, id, parent, protect }, place);
    for (const warning of imported.warnings) out.note(`warning: ${warning}`);
    for (const line of nextSteps(imported, sandbox ? "--sandbox " : "")) out.note(line);
    out.result({ schema: "mais.import/1", ...imported }, imported.code);
    return exit.ok;
  },
});

function nextSteps({ id, urn, stack, protect, configKeys, isDeclared }: Imported, mode: string): string[] {
  const preview = `mais ${mode}pulumi preview --stack ${stack} --diff`;
  if (isDeclared) return [`Imported ${id} as ${urn}, which the program has already. What differs: ${preview}`];
  const kept = protect
    ? "It is protected from deletion"
    : "It is not protected: destroy and a program without it delete it";
  return [
    `Imported ${id} as ${urn}. ${kept}.`,
    ...(configKeys.length > 0 ? ["Values that are secret, or that the vendor does not tell, come from config:"] : []),
    ...configKeys.map((key) => `  mais ${mode}pulumi config set --secret ${key} --stack ${stack}`),
    `Put this into the program before the next up, then: ${preview}`,
  ];
}
