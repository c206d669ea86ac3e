import type { Store } from "../store.ts";
import { type KeyValue, keyValues } from "./key-value.ts";
import { invalid, notFound } from "./refusals.ts";
import { type EnvGroup, envGroups, type Service, services } from "./state.ts";

type Resource = Service | EnvGroup | KeyValue;

/** What lies in an environment, by kind; Render writes `null` for none. */
export function contentsOf(store: Store, environmentId: string): Record<string, string[] | null> {
  const ids = (all: Resource[]): string[] | null => {
    const inside = all.filter((one) => one.environmentId === environmentId).map(({ id }) => id);
    return inside.length > 0 ? inside : null;
  };
  return {
    databasesIds: null,
    redisIds: ids(keyValues(store).list()),
    serviceIds: ids(services(store).list()),
    envGroupIds: ids(envGroups(store).list()),
  };
}

export function isEmpty(store: Store, environmentId: string): boolean {
  return Object.values(contentsOf(store, environmentId)).every((ids) => ids === null);
}

/** Puts resources into an environment (out of the one they were in), or, without one, just out. All or none. */
export function move(store: Store, resourceIds: string[], environmentId: string | undefined): void {
  const found = resourceIds.map((id) => {
    const resource = services(store).get(id) ?? envGroups(store).get(id) ?? keyValues(store).get(id);
    if (!resource) throw notFound(id);
    return resource;
  });
  for (const resource of found) refuseWhileLinked(store, resource, environmentId);
  for (const resource of found) resource.environmentId = environmentId;
}

/** Reported by users: a service cannot leave an environment while a group linked to it lives there. */
function refuseWhileLinked(store: Store, resource: Resource, target: string | undefined): void {
  const { id, environmentId } = resource;
  if (!environmentId || environmentId === target) return;
  const group = envGroups(store)
    .list()
    .find((one) => one.environmentId === environmentId && one.serviceIds.includes(id));
  if (group) throw invalid(`${id} is linked to env group ${group.id} of its environment`);
}
