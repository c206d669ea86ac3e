import { type InputProblem, Refused } from "@mais/provider-kit";
import type { Models } from "postmark";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";
import type { Access } from "./server-token.ts";

export const TemplateRecord = z.object({ TemplateId: z.number() });

export const TemplateContent = z.object({
  ...{ TemplateId: z.number(), AssociatedServerId: z.number(), Name: z.string(), Active: z.boolean() },
  ...{ TemplateType: z.string(), Alias: z.string().nullish(), LayoutTemplate: z.string().nullish() },
  ...{ Subject: z.string().nullish(), HtmlBody: z.string().nullish(), TextBody: z.string().nullish() },
});
export type TemplateAnswer = z.output<typeof TemplateContent>;

const Part = z
  .object({
    ContentIsValid: z.boolean(),
    ValidationErrors: z
      .array(z.object({ Message: z.string(), Line: z.number().nullish(), CharacterPosition: z.number().nullish() }))
      .default([]),
  })
  .nullish();
const VALIDATE = {
  attempt: "POST /templates/validate",
  answer: z.object({ AllContentIsValid: z.boolean(), Subject: Part, HtmlBody: Part, TextBody: Part }),
};

export interface TemplateInputs {
  name: string;
  alias?: string | undefined;
  templateType: "Standard" | "Layout";
  subject?: string | undefined;
  htmlBody?: string | undefined;
  textBody?: string | undefined;
  layoutTemplate?: string | undefined;
}

const CONTENT = "{{{@content}}}";

/** What Postmark would refuse of the template as a whole. */
export function templateProblems(inputs: TemplateInputs): InputProblem[] {
  const { templateType, subject, htmlBody, textBody, layoutTemplate } = inputs;
  const problems: InputProblem[] = [];
  const add = (property: string, reason: string) => problems.push({ property, reason });
  if (!htmlBody && !textBody) add("htmlBody", "is required, or textBody");
  if (templateType === "Standard") {
    if (!subject) add("subject", "is required for a Standard template");
    return problems;
  }
  if (subject !== undefined) add("subject", "is not allowed for a Layout: the templates in it have one each");
  if (layoutTemplate !== undefined) add("layoutTemplate", "is not allowed for a Layout: layouts do not nest");
  for (const [property, content] of Object.entries({ htmlBody, textBody }))
    if (content && content.split(CONTENT).length !== 2)
      add(property, `must hold ${CONTENT} exactly once, where the text of a template goes`);
  return problems;
}

/** Postmark's own judgement of the syntax, all of it at once, before anything is written. */
export async function validateContent(api: PostmarkApi, access: Access, inputs: TemplateInputs): Promise<void> {
  const { templateType, subject, htmlBody, textBody, layoutTemplate } = inputs;
  const request = {
    ...{ Subject: subject, HtmlBody: htmlBody, TextBody: textBody, LayoutTemplate: layoutTemplate },
    // The SDK's enum consists of these texts.
    TemplateType: templateType as Models.TemplateTypes,
  };
  const judged = await api.server(VALIDATE, access, (client) => client.validateTemplate(present(request)));
  if (judged.AllContentIsValid) return;
  const faults = Object.entries({ subject: judged.Subject, htmlBody: judged.HtmlBody, textBody: judged.TextBody });
  const lines = faults.flatMap(([property, part]) =>
    (part?.ValidationErrors ?? []).map(
      ({ Message, Line, CharacterPosition }) =>
        `${property}, line ${Line ?? "?"}:${CharacterPosition ?? "?"}: ${Message}`,
    ),
  );
  throw new Refused(
    `Postmark cannot read the template ${inputs.alias ?? inputs.name}, so nothing was written:\n  ${lines.join("\n  ")}\nCorrect it and run the same command again`,
  );
}

export function toWireTemplate(inputs: TemplateInputs): Models.CreateTemplateRequest {
  const { name, alias, templateType, subject, htmlBody, textBody, layoutTemplate } = inputs;
  return present({
    ...{ Name: name, Alias: alias, Subject: subject, HtmlBody: htmlBody, TextBody: textBody },
    // The SDK's enum consists of these texts.
    ...{ TemplateType: templateType as Models.TemplateTypes, LayoutTemplate: layoutTemplate },
  });
}

const WIRE = {
  ...{ name: "Name", alias: "Alias", subject: "Subject", htmlBody: "HtmlBody", textBody: "TextBody" },
  layoutTemplate: "LayoutTemplate",
} as const;

/** Only what changed; null takes a value away. */
export function toWireChanges(inputs: TemplateInputs, changed: ReadonlySet<string>): Models.UpdateTemplateRequest {
  const names = Object.keys(WIRE) as (keyof typeof WIRE)[];
  const fields = names.filter((name) => changed.has(name)).map((name) => [WIRE[name], inputs[name] ?? null]);
  return Object.fromEntries(fields);
}

function present<T extends object>(fields: T): { [K in keyof T]-?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
