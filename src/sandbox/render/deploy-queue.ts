import type { Call } from "../emulator.ts";
import { deployState, isFinal, ofService, startDeploy } from "./deploys.ts";
import { deploys, owners, type QueuedDeploy, type Service } from "./state.ts";

/**
 * A workspace's policy for a deploy that is asked for while another one runs: by default the newer one wins, else it waits
 * its turn: https://render.com/docs/deploys. Then the answer is 202 without a deploy, as real answers often are.
 */
export function waits(call: Call, service: Service): boolean {
  return owners(call.store).get(service.ownerId)?.overlap === "wait" && isBusy(call, service);
}

function isBusy({ store, world }: Call, { id }: Service): boolean {
  return ofService(store, id).some((deploy) => !isFinal(deployState(store, world, deploy).status));
}

/** Of several that wait only the last one is kept: what the ones before it wanted is in it. */
export function queue(service: Service, deploy: QueuedDeploy): void {
  service.queuedDeploy = deploy;
}

/** Starts what waited once nothing is in its way; asked for whenever somebody looks at the service's deploys. */
export function startQueued(call: Call, service: Service): void {
  const { queuedDeploy } = service;
  if (!queuedDeploy || isBusy(call, service)) return;
  service.queuedDeploy = undefined;
  if (service.suspenders.length > 0) return;
  const { reuseId, ...asked } = queuedDeploy;
  const reuse = reuseId === undefined ? undefined : deploys(call.store).get(reuseId);
  startDeploy(call.store, call.world, service, { trigger: "api", ...asked, reuse });
}
