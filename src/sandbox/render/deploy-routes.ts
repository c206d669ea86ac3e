import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { queue, startQueued, waits } from "./deploy-queue.ts";
import { deployState, isFinal, ofService, startDeploy } from "./deploys.ts";
import { invalid, notFound } from "./refusals.ts";
import { bodyOf, filter, inTime, page, param, passes, serviceOf } from "./request.ts";
import { compact } from "./service-shape.ts";
import { type Deploy, deploys, type Service, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

function deployShape({ store, world }: Call, deploy: Deploy): Record<string, unknown> {
  const { status, startedAt, finishedAt, updatedAt } = deployState(store, world, deploy);
  const { id, commit, image, trigger, createdAt } = deploy;
  return compact({ id, commit, image, status, trigger, createdAt, updatedAt, startedAt, finishedAt });
}

function deployOf(call: Call, service: Service, id = param(call, "deployId")): Deploy {
  const deploy = deploys(call.store).get(id);
  if (deploy?.serviceId !== service.id) throw notFound(id);
  return deploy;
}

const list = defineRoute("GET /v1/services/{serviceId}/deploys", {
  evidence: "contract",
  source: `${DOCS}/list-deploys`,
  handle(call) {
    const status = filter(call, "status");
    startQueued(call, serviceOf(call));
    const found = ofService(call.store, serviceOf(call).id)
      .map((deploy) => ({ id: deploy.id, deploy, state: deployState(call.store, call.world, deploy) }))
      .filter(
        ({ deploy, state }) =>
          passes(status, state.status) &&
          inTime(call, "created", deploy.createdAt) &&
          inTime(call, "updated", state.updatedAt) &&
          inTime(call, "finished", state.finishedAt),
      )
      .map(({ deploy }) => deployShape(call, deploy));
    return { status: 200, json: page(call, "deploy", found, ({ id }) => String(id)) };
  },
});

const Trigger = z.object({
  clearCache: z.enum(["clear", "do_not_clear"]).optional(),
  commitId: z.string().min(1).optional(),
  imageUrl: z.string().min(1).optional(),
  deployMode: z.enum(["build_and_deploy", "deploy_only"]).optional(),
});

const trigger = defineRoute("POST /v1/services/{serviceId}/deploys", {
  evidence: "contract",
  source: `${DOCS}/create-deploy`,
  handle(call) {
    const service = serviceOf(call);
    const { clearCache, commitId, imageUrl, deployMode } = bodyOf(call, Trigger);
    const deployOnly = deployMode === "deploy_only";
    if (deployOnly && (clearCache || commitId || imageUrl)) {
      throw invalid("deployMode deploy_only cannot be combined with clearCache, commitId or imageUrl");
    }
    if (service.suspenders.length > 0) throw invalid("cannot deploy a suspended service");
    if (commitId && service.imagePath) throw invalid("commitId is for services that are built from a repository");
    if (imageUrl && !service.imagePath) throw invalid("imageUrl is for services that run an image");
    const reuse = deployOnly ? lastBuilt(call, service) : undefined;
    if (deployOnly && !reuse) throw invalid("there is no successful build to deploy");
    const asked = { commitId, imageUrl, clearCache: clearCache === "clear" };
    startQueued(call, service);
    if (waits(call, service)) {
      queue(service, { ...asked, reuseId: reuse?.id });
      return { status: 202 };
    }
    const deploy = startDeploy(call.store, call.world, service, { trigger: "api", ...asked, reuse });
    return { status: 201, json: deployShape(call, deploy) };
  },
});

/**
 * What `deploy_only` runs again: the newest version that was built (or pulled) with success, whatever runs now. That is
 * how Render words it; whether a rollback counts is not known, and the worse answer is taken.
 */
function lastBuilt({ store, world }: Call, service: Service): Deploy | undefined {
  const past = [
    "pre_deploy_in_progress",
    "pre_deploy_failed",
    "update_in_progress",
    "update_failed",
    "live",
    "deactivated",
  ];
  return ofService(store, service.id).find(
    (deploy) => deploy.fresh && past.includes(deployState(store, world, deploy).status),
  );
}

const retrieve = defineRoute("GET /v1/services/{serviceId}/deploys/{deployId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-deploy`,
  handle: (call) => ({ status: 200, json: deployShape(call, deployOf(call, serviceOf(call))) }),
});

const cancel = defineRoute("POST /v1/services/{serviceId}/deploys/{deployId}/cancel", {
  evidence: "contract",
  source: `${DOCS}/cancel-deploy`,
  handle(call) {
    const service = serviceOf(call);
    if (service.type === "cron_job") throw invalid("deploys of cron jobs cannot be canceled");
    const deploy = deployOf(call, service);
    const { status } = deployState(call.store, call.world, deploy);
    if (isFinal(status)) throw invalid(`a deploy that is ${status} cannot be canceled`);
    deploy.canceledAt = stamp(call.now);
    call.world.services.cancel?.(service.id);
    return { status: 200, json: deployShape(call, deploy) };
  },
});

const Rollback = z.object({ deployId: z.string() });

const rollback = defineRoute("POST /v1/services/{serviceId}/rollback", {
  evidence: "contract",
  source: `${DOCS}/rollback-deploy`,
  handle(call) {
    const service = serviceOf(call);
    const { deployId } = bodyOf(call, Rollback);
    const reuse = deployOf(call, service, deployId);
    const { status } = deployState(call.store, call.world, reuse);
    if (status !== "live" && status !== "deactivated") throw invalid(`deploy ${deployId} never was live`);
    // Render turns automatic deploys off after a rollback: https://render.com/docs/rollbacks
    service.autoDeployTrigger = "off";
    const deploy = startDeploy(call.store, call.world, service, { trigger: "rollback", reuse });
    return { status: 201, json: deployShape(call, deploy) };
  },
});

export const deployRoutes = [list, trigger, retrieve, cancel, rollback];
