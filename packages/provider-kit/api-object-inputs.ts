import { z } from "zod";
import { joined } from "./api-object-answer.ts";
import { templateProblems } from "./api-object-request.ts";
import type { InputProblem } from "./define-resource.ts";

const template = {
  /** `/log-streams/{id}`: under the vendor's base URL. `{id}` is the object's, every other name one of `params`. */
  path: z.string().min(1),
  query: z.record(z.string(), z.string()).optional(),
};
/** `data.id`, or the JSON pointer `/data/id`. */
const place = z.string();
const body = z.record(z.string(), z.unknown());

/** An object as requests: how each step of its life is asked for, and what it should say. */
export const inputs = {
  /** How it is made, once: a change of it makes the object anew. */
  create: z.strictObject({
    ...template,
    method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
    /** Where the answer has the object's id. @defaultValue `id` */
    idPath: place.optional(),
    /** The id itself, for an object that the vendor gives none: a setting under its owner's path. `{name}` is filled in. */
    id: z.string().min(1).optional(),
  }),
  /** How it is looked at, with GET. 404 means that it is gone. */
  read: z.strictObject({
    ...template,
    /** Where the object stands in the answer. Left out, it is the answer. */
    at: place.optional(),
    /** Places of the object whose values the output `response` has. One that only the create's answer shows is kept. */
    outputs: z.array(place).optional(),
    /** The same, for the output `secretResponse`. */
    secretOutputs: z.array(place).optional(),
    /** Places in `body` that the answer spells in a way of its own: never compared with it. */
    unseen: z.array(place).optional(),
  }),
  /** How it is changed: the whole of `body` is sent. Left out, `body` must be empty. */
  update: z.strictObject({ ...template, method: z.enum(["PATCH", "PUT", "POST"]).default("PATCH") }).optional(),
  /** How it is deleted; `none` where the vendor cannot, and it stays as it is. */
  delete: z.union([
    z.strictObject({
      ...template,
      method: z.enum(["DELETE", "POST", "PUT", "PATCH"]).default("DELETE"),
      body: body.optional(),
    }),
    z.literal("none"),
  ]),
  /**
   * How an object that is there already is recognised before one is made: a list (or one object), and what its element
   * says. Without it a create that was interrupted is not repeated by itself.
   */
  find: z
    .strictObject({
      ...template,
      /** Where the list stands in the answer. Left out, it is the answer. */
      at: place.optional(),
      /** Where an element has its id. Left out, as in `create`. */
      idPath: place.optional(),
      /** By place in the element: `{ name: "mais" }`, `{ "envGroup.name": "mais" }`. */
      match: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    })
    .optional(),
  /** Values for paths and queries. A change makes the object anew: it then belongs elsewhere. */
  params: z
    .record(
      z.string(),
      z.string().regex(/^(?!\.{0,2}$)/, "must be neither empty nor dots: it would lead the path elsewhere"),
    )
    .optional(),
  /** What the object should say. A key that is left out later stays as it is at the vendor. */
  body,
  /** Further keys that are secret and never compared with an answer. */
  secretBody: body.optional(),
  /** Further keys that only the create takes. A change makes the object anew. */
  createBody: body.optional(),
  /** The id of an object to take over instead of making one; it is then managed as if it had been made here. */
  existing: z.string().min(1).optional(),
};

export const outputs = {
  /** By the places in `read.outputs`. */
  response: z.record(z.string(), z.unknown()),
  /** By the places in `read.secretOutputs`. */
  secretResponse: z.record(z.string(), z.unknown()),
};

export type ApiObjectInputs = z.output<z.ZodObject<typeof inputs>>;
export type ApiObjectOutputs = z.output<z.ZodObject<typeof outputs>>;

/** Rules that join several of them. */
export function check(wanted: ApiObjectInputs): InputProblem[] {
  const {
    create: { id, ...making },
    read,
    update: changing,
    delete: deleting,
    find: finding,
    params = {},
  } = wanted;
  const given = Object.keys(params);
  const withId = ["id", ...given];
  const problems = [
    ...templateProblems("create", making, given),
    ...(id === undefined ? [] : templateProblems("create", { path: "/", query: { id } }, given)),
    ...templateProblems("read", read, withId),
    ...(changing ? templateProblems("update", changing, withId) : []),
    ...(deleting === "none" ? [] : templateProblems("delete", deleting, withId)),
    ...(finding ? templateProblems("find", finding, given) : []),
  ];
  if ("id" in params) problems.push({ property: "params", reason: "must not hold id: the object's own id fills it" });
  if (finding && Object.keys(finding.match).length === 0)
    problems.push({
      property: "find.match",
      reason: "must name at least one value, or every object would be this one",
    });
  if (!changing && Object.keys(joined(wanted.body, wanted.secretBody)).length > 0)
    problems.push({
      property: "update",
      reason: "is needed, because body or secretBody has keys: say how a change is sent, or move them to createBody",
    });
  return problems;
}
