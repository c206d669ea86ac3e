import { type Call, defineRoute } from "../emulator.ts";
import { forgetSchedule } from "./cron-runs.ts";
import { restart, startDeploy } from "./deploys.ts";
import { forgetEvents, record } from "./events.ts";
import { forgetJobs } from "./job-routes.ts";
import { hasDisk, refuseUnsuitable } from "./plan-rules.ts";
import { conflict, invalid, notFound } from "./refusals.ts";
import { registryCredentials } from "./registry-credential-routes.ts";
import { bodyOf, filter, inTime, newestFirst, page, passes, serviceOf } from "./request.ts";
import { diskOf, newService, patched } from "./service-changes.ts";
import { recordChanges } from "./service-events.ts";
import { ServicePatch, ServicePost } from "./service-input.ts";
import { serviceShape } from "./service-shape.ts";
import {
  cronRuns,
  customDomains,
  deploys,
  disks,
  envGroups,
  environments,
  newId,
  owners,
  type Service,
  services,
  stamp,
} from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

const list = defineRoute("GET /v1/services", {
  evidence: "contract",
  source: `${DOCS}/list-services`,
  handle(call) {
    const [name, type, ownerId] = [filter(call, "name"), filter(call, "type"), filter(call, "ownerId")];
    const [environmentId, region] = [filter(call, "environmentId"), filter(call, "region")];
    const [runtime, suspended] = [filter(call, "env"), filter(call, "suspended")];
    const found = services(call.store)
      .list()
      .filter(
        (one) =>
          passes(name, one.name) &&
          passes(type, one.type) &&
          passes(ownerId, one.ownerId) &&
          passes(environmentId, one.environmentId) &&
          passes(region, one.settings.region) &&
          passes(runtime, one.settings.runtime) &&
          passes(suspended, one.suspenders.length > 0 ? "suspended" : "not_suspended") &&
          inTime(call, "created", one.createdAt) &&
          inTime(call, "updated", one.updatedAt),
      );
    const shapes = newestFirst(found).map((one) => serviceShape(call.store, one));
    return { status: 200, json: page(call, "service", shapes, ({ id }) => String(id)) };
  },
});

const create = defineRoute("POST /v1/services", {
  evidence: "contract",
  source: `${DOCS}/create-service`,
  handle(call) {
    const post = bodyOf(call, ServicePost);
    if (!owners(call.store).get(post.ownerId)) throw notFound(post.ownerId);
    if (post.environmentId && !environments(call.store).get(post.environmentId)) throw notFound(post.environmentId);
    refuseTakenName(call, post.name);
    const service = newService(call.world, post);
    const disk = diskOf(post);
    refuseUnsuitable(service, disk !== undefined);
    refuseUnknownCredential(call, service);
    services(call.store).set(service.id, service);
    if (disk) {
      const at = stamp(call.now);
      const id = newId(call.world, "dsk");
      disks(call.store).set(id, { id, serviceId: service.id, ...disk, createdAt: at, updatedAt: at });
    }
    const deploy = startDeploy(call.store, call.world, service, { trigger: "other" });
    return { status: 201, json: { service: serviceShape(call.store, service), deployId: deploy.id } };
  },
});

/** Names are unique in a workspace; status and wording of the refusal are inferred. */
function refuseTakenName({ store }: Call, name: string, except?: Service): void {
  const taken = services(store)
    .list()
    .some((one) => one.name === name && one.id !== except?.id);
  if (taken) throw conflict(`a service named ${name} already exists`);
}

function refuseUnknownCredential({ store }: Call, { settings }: Service): void {
  const { registryCredentialId: id } = settings;
  if (id && !registryCredentials(store).get(id)) throw notFound(id);
}

const retrieve = defineRoute("GET /v1/services/{serviceId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-service`,
  handle: (call) => ({ status: 200, json: serviceShape(call.store, serviceOf(call)) }),
});

const update = defineRoute("PATCH /v1/services/{serviceId}", {
  evidence: "contract",
  source: `${DOCS}/update-service`,
  handle(call) {
    const service = serviceOf(call);
    const patch = bodyOf(call, ServicePatch);
    if (patch.name !== undefined) refuseTakenName(call, patch.name, service);
    const changed = patched(call.world, service, patch);
    refuseUnknownCredential(call, changed);
    refuseUnsuitable(changed, hasDisk(call.store, service.id));
    services(call.store).set(service.id, changed);
    recordChanges(call, service, changed);
    return { status: 200, json: serviceShape(call.store, changed) };
  },
});

const remove = defineRoute("DELETE /v1/services/{serviceId}", {
  evidence: "contract",
  source: `${DOCS}/delete-service`,
  async handle({ store, world, ...rest }) {
    const { id } = serviceOf({ store, world, ...rest });
    services(store).delete(id);
    forgetEvents(store, id);
    forgetJobs(store, id);
    forgetSchedule(store, id);
    for (const kind of [deploys(store), customDomains(store), disks(store), cronRuns(store)]) {
      for (const one of kind.list()) if (one.serviceId === id) kind.delete(one.id);
    }
    for (const group of envGroups(store).list()) group.serviceIds = group.serviceIds.filter((one) => one !== id);
    await world.services.stop(id, { forget: true });
    return { status: 204 };
  },
});

const by = (actor: string): Record<string, unknown> => ({ actor });

const suspend = defineRoute("POST /v1/services/{serviceId}/suspend", {
  evidence: "contract",
  source: `${DOCS}/suspend-service`,
  async handle(call) {
    const service = serviceOf(call);
    if (service.suspenders.length === 0) record(call, service.id, { type: "service_suspended", details: by("user") });
    service.suspenders = ["user"];
    await call.world.services.stop(service.id);
    return { status: 202 };
  },
});

const resume = defineRoute("POST /v1/services/{serviceId}/resume", {
  evidence: "contract",
  source: `${DOCS}/resume-service`,
  handle(call) {
    const service = serviceOf(call);
    if (service.suspenders.length > 0) {
      service.suspenders = [];
      record(call, service.id, { type: "service_resumed", details: by("user") });
      startDeploy(call.store, call.world, service, { trigger: "service_resumed" });
    }
    return { status: 202 };
  },
});

const restartRoute = defineRoute("POST /v1/services/{serviceId}/restart", {
  evidence: "contract",
  source: `${DOCS}/restart-service`,
  async handle(call) {
    const service = serviceOf(call);
    if (service.type === "cron_job") throw invalid("cron jobs cannot be restarted");
    record(call, service.id, { type: "server_restarted", details: { triggeredByUser: null } });
    await restart(call.store, call.world, service);
    return { status: 200 };
  },
});

export const serviceRoutes = [list, create, retrieve, update, remove, suspend, resume, restartRoute];
