import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { defined, nextNumber, readFields, readPage, text } from "./fields.ts";
import { done, refuse } from "./refusals.ts";
import { readTemplate } from "./template-syntax.ts";

const PAGE = "https://postmarkapp.com/developer/api/templates-api";
const FIRST_ID = 30_000_000;
const MAX_TEMPLATES = 100;
const MAX_LENGTH = 400_000;

export interface Template {
  TemplateId: number;
  Name: string;
  Alias: string | null;
  Subject: string | null;
  HtmlBody: string | null;
  TextBody: string | null;
  AssociatedServerId: number;
  Active: boolean;
  TemplateType: "Standard" | "Layout";
  LayoutTemplate: string | null;
}

const body = z
  .string()
  .superRefine((value, context) => {
    const refusal = { code: "custom" as const };
    if (value.length > MAX_LENGTH)
      context.addIssue({ ...refusal, message: "The template's content is too large.", params: { code: 1121 } });
    const [problem] = readTemplate(value).problems;
    if (problem)
      context.addIssue({
        ...refusal,
        message: `The template is not valid: ${problem.Message}`,
        params: { code: 1122 },
      });
  })
  .nullable()
  .optional();

const alias = text(1122, "The alias must start with a letter and hold only letters, digits, '.', '-' and '_'.", (one) =>
  /^[a-z][a-z0-9._-]*$/i.test(one),
)
  .nullable()
  .optional();

const fields = {
  ...{ Name: z.string().min(1).optional(), Alias: alias, Subject: body, HtmlBody: body, TextBody: body },
  LayoutTemplate: z.string().nullable().optional(),
};

const createTemplate = defineRoute("POST /templates", {
  evidence: "contract",
  source: `${PAGE}#create-template`,
  handle(call) {
    const given = readFields(call, { ...fields, TemplateType: z.enum(["Standard", "Layout"]).optional() });
    if (given.Name === undefined) throw refuse(1120, "The 'Name' field is required.");
    const server = Number(call.identity);
    if (templatesOf(call, server).length >= MAX_TEMPLATES)
      throw refuse(1105, `A server can have at most ${MAX_TEMPLATES} templates.`);
    const template: Template = {
      ...{ TemplateId: nextNumber(call, "templates", FIRST_ID), Name: given.Name, Alias: null, Subject: null },
      ...{ HtmlBody: null, TextBody: null, AssociatedServerId: server, Active: true },
      ...{ TemplateType: given.TemplateType ?? "Standard", LayoutTemplate: null },
      ...defined(given),
    };
    return { status: 200, json: recordOf(keep(call, template)) };
  },
});

const readOne = defineRoute("GET /templates/{templateIdOrAlias}", {
  evidence: "contract",
  source: `${PAGE}#get-template`,
  handle: (call) => ({ status: 200, json: templateOf(call) }),
});

const listTemplates = defineRoute("GET /templates", {
  evidence: "contract",
  source: `${PAGE}#list-templates`,
  handle(call) {
    const { count, offset } = readPage(call);
    const type = call.query.get("TemplateType") ?? "All";
    const layout = call.query.get("LayoutTemplate");
    const matching = templatesOf(call, Number(call.identity)).filter(
      (one) =>
        (type === "All" || one.TemplateType === type) && (layout === null || sameAlias(one.LayoutTemplate, layout)),
    );
    const page = matching.slice(offset, offset + count).map(recordOf);
    return { status: 200, json: { TotalCount: matching.length, Templates: page } };
  },
});

const editTemplate = defineRoute("PUT /templates/{templateIdOrAlias}", {
  evidence: "contract",
  source: `${PAGE}#edit-template`,
  handle(call) {
    const template = templateOf(call);
    const changes = defined(readFields(call, fields));
    if (Object.keys(changes).length === 0) throw refuse(1109, "Nothing to update.");
    const changed = keep(call, { ...template, ...changes });
    if (template.Alias !== null && changed.Alias !== template.Alias)
      for (const one of dependantsOf(call, template)) one.LayoutTemplate = changed.Alias;
    return { status: 200, json: recordOf(changed) };
  },
});

const deleteTemplate = defineRoute("DELETE /templates/{templateIdOrAlias}", {
  evidence: "contract",
  source: `${PAGE}#delete-template`,
  handle(call) {
    const template = templateOf(call);
    const dependants = dependantsOf(call, template);
    if (dependants.length > 0)
      throw refuse(1130, `The layout cannot be deleted, since ${dependants.length} templates use it.`);
    collection(call).delete(String(template.TemplateId));
    return done(`Template ${template.TemplateId} removed.`);
  },
});

/** What holds for the template as a whole, before it is kept. */
function keep(call: Call, template: Template): Template {
  const { TemplateType, Subject, HtmlBody, TextBody, AssociatedServerId: server, Alias, LayoutTemplate } = template;
  const isLayout = TemplateType === "Layout";
  if (!isLayout && !Subject) throw refuse(1120, "The 'Subject' field is required for a Standard template.");
  if (isLayout && Subject) throw refuse(1123, "The 'Subject' field is not allowed for a Layout template.");
  if (!HtmlBody && !TextBody) throw refuse(1120, "At least one of 'HtmlBody' and 'TextBody' is required.");
  for (const content of [HtmlBody, TextBody])
    if (isLayout && content && content.split("{{{@content}}}").length !== 2)
      throw refuse(1131, "The layout's placeholder {{{@content}}} must occur exactly once.");
  const others = templatesOf(call, server).filter(({ TemplateId }) => TemplateId !== template.TemplateId);
  if (Alias !== null && others.some((one) => sameAlias(one.Alias, Alias)))
    throw refuse(1122, "A template with this alias already exists on this server.");
  if (LayoutTemplate && isLayout)
    throw refuse(1123, "The 'LayoutTemplate' field is not allowed for a Layout template.");
  if (LayoutTemplate && !others.some((one) => one.TemplateType === "Layout" && sameAlias(one.Alias, LayoutTemplate)))
    throw refuse(1122, "The 'LayoutTemplate' names no layout of this server.");
  return collection(call).set(String(template.TemplateId), template);
}

function dependantsOf(call: Call, { AssociatedServerId, Alias, TemplateType }: Template): Template[] {
  if (TemplateType !== "Layout" || Alias === null) return [];
  return templatesOf(call, AssociatedServerId).filter(({ LayoutTemplate }) => sameAlias(LayoutTemplate, Alias));
}

function recordOf({ TemplateId, Name, Alias, Active, TemplateType, LayoutTemplate }: Template) {
  return { TemplateId, Name, Active, Alias, TemplateType, LayoutTemplate };
}

function templateOf(call: Call): Template {
  const wanted = call.params.templateIdOrAlias ?? "";
  const found = templatesOf(call, Number(call.identity)).find(
    (one) => String(one.TemplateId) === wanted || sameAlias(one.Alias, wanted),
  );
  if (!found)
    throw refuse(
      1101,
      "The 'TemplateId' or 'TemplateAlias' associated with this request is not valid or was not found.",
    );
  return found;
}

/** Letter case does not tell two aliases apart (inferred: paths are read without it). */
export function sameAlias(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

export function templatesOf(call: Call, server: number): Template[] {
  return collection(call)
    .list()
    .filter(({ AssociatedServerId }) => AssociatedServerId === server);
}

export function removeTemplates(call: Call, server: number): void {
  for (const { TemplateId } of templatesOf(call, server)) collection(call).delete(String(TemplateId));
}

export function newTemplateId(call: Call): number {
  return nextNumber(call, "templates", FIRST_ID);
}

export function collection(call: Call) {
  return call.store.collection<Template>("templates");
}

export const templateRoutes = [createTemplate, readOne, listTemplates, editTemplate, deleteTemplate];
