import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { notFound } from "./refusals.ts";
import { bodyOf, filter, inTime, newestFirst, param, passes, serviceOf } from "./request.ts";
import { withValues } from "./service-changes.ts";
import { SecretFiles, Variables, VariableValue } from "./service-input.ts";
import { compact } from "./service-shape.ts";
import {
  type EnvGroup,
  envGroups,
  environments,
  generatedValue,
  newId,
  owners,
  type SecretFile,
  services,
  stamp,
  type Variable,
} from "./state.ts";
import { FileContent, keyOf, pick, put, take } from "./variable-routes.ts";

const DOCS = "https://api-docs.render.com/reference";
const byKey = ({ key }: Variable): string => key;
const byName = ({ name }: SecretFile): string => name;

const SHORT_TYPE = {
  web_service: "web",
  private_service: "pserv",
  background_worker: "worker",
  cron_job: "cron",
} as const;

function groupOf(call: Call): EnvGroup {
  const id = param(call, "envGroupId");
  const group = envGroups(call.store).get(id);
  if (!group) throw notFound(id);
  return group;
}

function meta({ store }: Call, group: EnvGroup): Record<string, unknown> {
  const { id, name, ownerId, environmentId, createdAt, updatedAt } = group;
  const linked = group.serviceIds.map((one) => services(store).get(one)).filter((one) => one !== undefined);
  const serviceLinks = linked.map((one) => ({ id: one.id, name: one.name, type: SHORT_TYPE[one.type] }));
  return compact({ id, name, ownerId, environmentId, createdAt, updatedAt, serviceLinks });
}

function whole(call: Call, group: EnvGroup): Record<string, unknown> {
  const { envVars, secretFiles } = group;
  return { ...meta(call, group), envVars: envVars.toReversed(), secretFiles: secretFiles.toReversed() };
}

/** Every change of a group answers the whole group. */
function changed(call: Call, group: EnvGroup): { status: number; json: unknown } {
  group.updatedAt = stamp(call.now);
  return { status: 200, json: whole(call, group) };
}

const list = defineRoute("GET /v1/env-groups", {
  evidence: "contract",
  source: `${DOCS}/list-env-groups`,
  handle(call) {
    const [name, ownerId, environmentId] = [
      filter(call, "name"),
      filter(call, "ownerId"),
      filter(call, "environmentId"),
    ];
    const found = envGroups(call.store)
      .list()
      .filter(
        (one) =>
          passes(name, one.name) &&
          passes(ownerId, one.ownerId) &&
          passes(environmentId, one.environmentId) &&
          inTime(call, "created", one.createdAt),
      );
    // Without cursors in the answer a client cannot page: everything comes at once.
    return { status: 200, json: newestFirst(found).map((group) => meta(call, group)) };
  },
});

const NewGroup = z.object({
  name: z.string().min(1),
  ownerId: z.string(),
  envVars: Variables.nullable(),
  secretFiles: SecretFiles.nullish(),
  serviceIds: z.array(z.string()).nullish(),
  environmentId: z.string().optional(),
});

const create = defineRoute("POST /v1/env-groups", {
  evidence: "contract",
  source: `${DOCS}/create-env-group`,
  handle(call) {
    const { name, ownerId, environmentId, ...body } = bodyOf(call, NewGroup);
    const serviceIds = body.serviceIds ?? [];
    if (!owners(call.store).get(ownerId)) throw notFound(ownerId);
    if (environmentId && !environments(call.store).get(environmentId)) throw notFound(environmentId);
    for (const id of serviceIds) if (!services(call.store).get(id)) throw notFound(id);
    const [id, at] = [newId(call.world, "evg"), stamp(call.now)];
    const envVars = withValues(call.world, body.envVars ?? []);
    const secretFiles = body.secretFiles ?? [];
    const group = { id, name, ownerId, environmentId, envVars, secretFiles, serviceIds, createdAt: at, updatedAt: at };
    envGroups(call.store).set(id, group);
    return { status: 201, json: whole(call, group) };
  },
});

const retrieve = defineRoute("GET /v1/env-groups/{envGroupId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-env-group`,
  handle: (call) => ({ status: 200, json: whole(call, groupOf(call)) }),
});

const rename = defineRoute("PATCH /v1/env-groups/{envGroupId}", {
  evidence: "contract",
  source: `${DOCS}/update-env-group`,
  handle(call) {
    const group = groupOf(call);
    group.name = bodyOf(call, z.object({ name: z.string().min(1) })).name;
    return changed(call, group);
  },
});

const remove = defineRoute("DELETE /v1/env-groups/{envGroupId}", {
  evidence: "contract",
  source: `${DOCS}/delete-env-group`,
  handle(call) {
    envGroups(call.store).delete(groupOf(call).id);
    return { status: 204 };
  },
});

const link = defineRoute("POST /v1/env-groups/{envGroupId}/services/{serviceId}", {
  evidence: "contract",
  source: `${DOCS}/link-service-to-env-group`,
  handle(call) {
    const [group, service] = [groupOf(call), serviceOf(call)];
    if (!group.serviceIds.includes(service.id)) group.serviceIds.push(service.id);
    return changed(call, group);
  },
});

const unlink = defineRoute("DELETE /v1/env-groups/{envGroupId}/services/{serviceId}", {
  evidence: "contract",
  source: `${DOCS}/unlink-service-from-env-group`,
  handle(call) {
    take(groupOf(call).serviceIds, param(call, "serviceId"), (id) => id);
    return { status: 204 };
  },
});

const getVariable = defineRoute("GET /v1/env-groups/{envGroupId}/env-vars/{envVarKey}", {
  evidence: "contract",
  handle: (call) => ({ status: 200, json: pick(groupOf(call).envVars, param(call, "envVarKey"), byKey) }),
});

const putVariable = defineRoute("PUT /v1/env-groups/{envGroupId}/env-vars/{envVarKey}", {
  evidence: "contract",
  handle(call) {
    const group = groupOf(call);
    const body = bodyOf(call, VariableValue);
    const value = "value" in body ? body.value : generatedValue(call.world);
    put(group.envVars, { key: keyOf(call), value }, byKey);
    return changed(call, group);
  },
});

const deleteVariable = defineRoute("DELETE /v1/env-groups/{envGroupId}/env-vars/{envVarKey}", {
  evidence: "contract",
  handle(call) {
    take(groupOf(call).envVars, param(call, "envVarKey"), byKey);
    return { status: 204 };
  },
});

const getFile = defineRoute("GET /v1/env-groups/{envGroupId}/secret-files/{secretFileName}", {
  evidence: "contract",
  handle: (call) => ({ status: 200, json: pick(groupOf(call).secretFiles, param(call, "secretFileName"), byName) }),
});

const putFile = defineRoute("PUT /v1/env-groups/{envGroupId}/secret-files/{secretFileName}", {
  evidence: "contract",
  handle(call) {
    const group = groupOf(call);
    const { content } = bodyOf(call, FileContent);
    put(group.secretFiles, { name: param(call, "secretFileName"), content }, byName);
    return changed(call, group);
  },
});

const deleteFile = defineRoute("DELETE /v1/env-groups/{envGroupId}/secret-files/{secretFileName}", {
  evidence: "contract",
  handle(call) {
    take(groupOf(call).secretFiles, param(call, "secretFileName"), byName);
    return { status: 204 };
  },
});

export const envGroupRoutes = [
  list,
  create,
  retrieve,
  rename,
  remove,
  link,
  unlink,
  getVariable,
  putVariable,
  deleteVariable,
  getFile,
  putFile,
  deleteFile,
];
