import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readFields } from "./fields.ts";
import { refuse } from "./refusals.ts";
import { serversOf } from "./servers.ts";
import { type ReadTemplate, readTemplate, render, suggestModel } from "./template-syntax.ts";
import { collection, newTemplateId, sameAlias, type Template, templatesOf } from "./templates.ts";

const PAGE = "https://postmarkapp.com/developer/api/templates-api";

const part = z.string().nullable().optional();

const validate = defineRoute("POST /templates/validate", {
  evidence: "contract",
  source: `${PAGE}#validate-template`,
  handle(call) {
    const given = readFields(call, {
      ...{ Subject: part, HtmlBody: part, TextBody: part, TestRenderModel: z.looseObject({}).nullish() },
      ...{ InlineCssForHtmlTestRender: z.boolean().nullish(), TemplateType: z.enum(["Standard", "Layout"]).nullish() },
      LayoutTemplate: z.string().nullish(),
    });
    const sources = { HtmlBody: given.HtmlBody, TextBody: given.TextBody, Subject: given.Subject };
    const read = Object.entries(sources).map(([name, source]) => ({ name, source, template: readOf(source) }));
    const nodes = read.flatMap(({ template }) => template?.nodes ?? []);
    const suggested = suggestModel(nodes);
    const model = given.TestRenderModel ?? suggested;
    const sections = read.map(({ name, template }) => [name, template && sectionOf(template, model, name)] as const);
    const json = {
      AllContentIsValid: read.every(({ template }) => !template || template.problems.length === 0),
      ...Object.fromEntries(sections),
      SuggestedTemplateModel: suggested,
    };
    return { status: 200, json };
  },
});

function readOf(source: string | null | undefined): ReadTemplate | null {
  return typeof source === "string" ? readTemplate(source) : null;
}

function sectionOf({ nodes, problems }: ReadTemplate, model: unknown, name: string) {
  const isValid = problems.length === 0;
  return {
    ContentIsValid: isValid,
    ValidationErrors: problems,
    RenderedContent: isValid ? render(nodes, model, name === "HtmlBody") : null,
  };
}

const push = defineRoute("PUT /templates/push", {
  evidence: "contract",
  source: `${PAGE}#push-templates`,
  handle(call) {
    const given = readFields(call, {
      ...{ SourceServerID: z.number(), DestinationServerID: z.number(), PerformChanges: z.boolean() },
    });
    const { SourceServerID: source, DestinationServerID: destination, PerformChanges: performs } = given;
    for (const id of [source, destination])
      if (!serversOf(call).get(String(id))) throw refuse(403, `There is no server ${id} in this account.`);
    const there = templatesOf(call, destination);
    // Layouts first, since templates name them.
    const pushed = templatesOf(call, source)
      .filter(({ Alias }) => Alias !== null)
      .toSorted((a, b) => Number(b.TemplateType === "Layout") - Number(a.TemplateType === "Layout"))
      .map((template) => pushOne(call, { template, there, destination, performs }));
    return { status: 200, json: { TotalCount: pushed.length, Templates: pushed } };
  },
});

interface Pushing {
  template: Template;
  there: readonly Template[];
  destination: number;
  performs: boolean;
}

function pushOne(call: Call, { template, there, destination, performs }: Pushing) {
  const { Name, Alias, TemplateType } = template;
  const same = there.find((one) => sameAlias(one.Alias, Alias));
  if (same && same.TemplateType !== TemplateType)
    throw refuse(1125, `The template '${Alias}' is of another type on the destination server.`);
  // A dry run has no id to tell (inferred).
  const TemplateId = same?.TemplateId ?? (performs ? newTemplateId(call) : 0);
  if (performs) collection(call).set(String(TemplateId), { ...template, TemplateId, AssociatedServerId: destination });
  return { Action: same ? "Edit" : "Create", TemplateId, Alias, Name, TemplateType };
}

export const templateToolRoutes = [validate, push];
