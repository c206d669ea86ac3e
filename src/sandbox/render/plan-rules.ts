import type { Store } from "../store.ts";
import { invalid, paymentRequired } from "./refusals.ts";
import { disks, type Service } from "./state.ts";

export function hasDisk(store: Store, serviceId: string): boolean {
  return disks(store)
    .list()
    .some((disk) => disk.serviceId === serviceId);
}

/**
 * What a plan or another setting rules out: https://render.com/docs/free, /docs/disks and /docs/scaling. Which status and
 * words Render has for it is inferred.
 */
export function refuseUnsuitable({ settings }: Service, withDisk: boolean): void {
  const { plan, numInstances, autoscaling, preDeployCommand, maintenanceMode } = settings;
  const isSeveral = numInstances > 1 || autoscaling?.enabled === true;
  if (withDisk && isSeveral) throw invalid("a service with a disk cannot run on several instances");
  if (plan !== "free") return;
  if (isSeveral) throw paymentRequired("free services cannot be scaled");
  if (withDisk) throw paymentRequired("free services cannot have a disk");
  if (preDeployCommand) throw paymentRequired("free services have no pre-deploy command");
  if (maintenanceMode.enabled) throw paymentRequired("free services have no maintenance mode");
}
