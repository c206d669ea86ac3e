import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { accountOf } from "./account.ts";
import { parseBody } from "./bodies.ts";
import { BASE62, findProject } from "./find-project.ts";
import { badRequest, notFound } from "./refusals.ts";
import { type DrainRecord, stateOf } from "./state.ts";

const source = "https://vercel.com/docs/rest-api/reference/endpoints/drains/create-a-new-drain";

const httpDelivery = z.strictObject({
  type: z.literal("http"),
  endpoint: z.url({ protocol: /^https?$/ }),
  encoding: z.enum(["json", "ndjson"]),
  compression: z.enum(["gzip", "none"]).optional(),
  headers: z.record(z.string(), z.string()),
  secret: z.string().optional(),
});

const fields = {
  name: z.string().min(1),
  projects: z.enum(["some", "all"]),
  projectIds: z.array(z.string()).optional(),
  schemas: z.record(z.string(), z.strictObject({ version: z.string() })),
  delivery: httpDelivery.optional(),
  filter: z.looseObject({ version: z.string() }).optional(),
  sampling: z.array(z.looseObject({ type: z.string(), rate: z.number() })).optional(),
  source: z.looseObject({ kind: z.string() }).optional(),
};
const NewDrain = z.strictObject(fields);
const DrainChange = z.strictObject({
  ...z.strictObject(fields).partial().shape,
  status: z.enum(["enabled", "disabled"]).optional(),
});

function drainWire({ ownerId, projectIds, filter, sampling, ...drain }: DrainRecord): Record<string, unknown> {
  return {
    ...drain,
    ...{ ownerId, teamId: ownerId.startsWith("team_") ? ownerId : null, source: { kind: "self-served" } },
    ...(projectIds ? { projectIds } : {}),
    ...(filter === undefined ? {} : { filterV2: filter }),
    ...(sampling === undefined ? {} : { sampling }),
  };
}

function drainOf(call: Call): DrainRecord {
  const drain = stateOf(call.store).drains.get(call.params.id ?? "");
  if (drain?.ownerId !== accountOf(call)) throw notFound("drain");
  return drain;
}

/** `some` needs projects, `all` has none (inferred). */
function projectsOf(
  call: Call,
  { projects, projectIds }: Pick<z.output<typeof DrainChange>, "projects" | "projectIds">,
) {
  if (projects === "all") return undefined;
  const unknown = projectIds?.find((id) => !findProject(call, id));
  if (unknown !== undefined) throw badRequest(`Invalid request: the project \`${unknown}\` could not be found.`);
  if (!projectIds?.length) throw badRequest("Invalid request: `projectIds` should not be empty.");
  return projectIds;
}

/** Nothing is delivered here, and no endpoint has to answer for itself, as it has to at Vercel. */
export const drainRoutes = [
  defineRoute("POST /v*/drains", {
    ...{ evidence: "contract", source },
    handle(call) {
      const { projects, projectIds, delivery, source: _source, ...given } = parseBody(NewDrain, call.body);
      if (!delivery) throw badRequest("Invalid request: missing required property `delivery`.");
      const at = call.now.getTime();
      const made: DrainRecord = {
        ...{ id: `drn_${call.world.ids.text(24, BASE62)}`, ownerId: accountOf(call), status: "enabled" },
        ...{ filter: undefined, sampling: undefined, ...given, delivery: { ...delivery } },
        ...{ projectIds: projectsOf(call, { projects, projectIds }), createdAt: at, updatedAt: at },
      };
      stateOf(call.store).drains.set(made.id, made);
      return { status: 200, json: drainWire(made) };
    },
  }),
  defineRoute("GET /v*/drains", {
    evidence: "contract",
    handle(call) {
      const wanted = call.query.get("projectId");
      const drains = stateOf(call.store)
        .drains.list()
        .filter(({ ownerId }) => ownerId === accountOf(call))
        .filter(({ projectIds }) => wanted === null || !projectIds || projectIds.includes(wanted));
      return { status: 200, json: { drains: drains.map(drainWire) } };
    },
  }),
  defineRoute("GET /v*/drains/{id}", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: drainWire(drainOf(call)) }),
  }),
  defineRoute("PATCH /v*/drains/{id}", {
    evidence: "contract",
    handle(call) {
      const drain = drainOf(call);
      const { projects, projectIds, source: _source, ...given } = parseBody(DrainChange, call.body);
      if (projects !== undefined || projectIds !== undefined)
        drain.projectIds = projectsOf(call, { projects: projects ?? "some", projectIds });
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      Object.assign(drain, changes, { updatedAt: call.now.getTime() });
      return { status: 200, json: drainWire(drain) };
    },
  }),
  defineRoute("DELETE /v*/drains/{id}", {
    evidence: "contract",
    handle(call) {
      stateOf(call.store).drains.delete(drainOf(call).id);
      return { status: 204 };
    },
  }),
];
