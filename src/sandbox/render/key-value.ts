import { z } from "zod";
import type { Call } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import type { World } from "../world.ts";
import { embeddedOwner } from "./owner-routes.ts";
import { invalid } from "./refusals.ts";
import { CidrBlocks, REGIONS } from "./service-input.ts";
import { compact } from "./service-shape.ts";
import { type CidrBlock, millis, newId, owners, stamp } from "./state.ts";

/** A Key Value instance (Valkey, once Redis): `/redis` shows the same objects under the former name. */
export interface KeyValue {
  id: string;
  name: string;
  ownerId: string;
  plan: string;
  region: string;
  environmentId?: string | undefined;
  maxmemoryPolicy: string;
  persistenceMode: string;
  ipAllowList: CidrBlock[];
  password: string;
  suspended: boolean;
  logStream?: { setting: string; endpoint: string } | undefined;
  createdAt: string;
  updatedAt: string;
  /** When it last began to start: at creation, at a change that restarts it, at a resume. */
  startedAt: string;
}

export const keyValues = (store: Store): Collection<KeyValue> => store.collection("keyValues");

const changeable = {
  plan: z.enum(["free", "starter", "standard", "pro", "pro_plus", "custom"]),
  maxmemoryPolicy: z
    .enum(["noeviction", "allkeys_lfu", "allkeys_lru", "allkeys_random", "volatile_lfu", "volatile_lru"])
    .or(z.enum(["volatile_random", "volatile_ttl"]))
    .optional(),
  persistenceMode: z.enum(["journal_snapshot", "snapshot", "off"]).optional(),
  ipAllowList: CidrBlocks.nullish(),
};

export const NewKeyValue = z.object({
  ...changeable,
  name: z.string().min(1),
  ownerId: z.string(),
  region: z.enum(REGIONS).default("oregon"),
  environmentId: z.string().optional(),
});

export const KeyValueChanges = z.object({
  ...changeable,
  name: z.string().min(1).optional(),
  plan: changeable.plan.optional(),
});

export function addKeyValue({ store, world, now }: Call, given: z.output<typeof NewKeyValue>): KeyValue {
  const { plan, maxmemoryPolicy = "allkeys_lru", persistenceMode = usualMode(plan), ipAllowList, ...rest } = given;
  refuseUnsaved(plan, persistenceMode);
  const [id, at] = [newId(world, "red"), stamp(now)];
  return keyValues(store).set(id, {
    ...{ id, ...rest, plan, maxmemoryPolicy, persistenceMode, ipAllowList: ipAllowList ?? [] },
    password: world.ids.text(32, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ...{ suspended: false, createdAt: at, updatedAt: at, startedAt: at },
  });
}

export function changeKeyValue(instance: KeyValue, given: z.output<typeof KeyValueChanges>, now: Date): void {
  const { name = instance.name, plan = instance.plan, maxmemoryPolicy = instance.maxmemoryPolicy } = given;
  // Seen in real answers: whoever leaves the free plan without a word about persistence gets it.
  const kept = instance.plan === "free" && plan !== "free" ? usualMode(plan) : instance.persistenceMode;
  const { persistenceMode = kept, ipAllowList } = given;
  refuseUnsaved(plan, persistenceMode);
  const restarts =
    plan !== instance.plan ||
    maxmemoryPolicy !== instance.maxmemoryPolicy ||
    persistenceMode !== instance.persistenceMode;
  Object.assign(instance, { name, plan, maxmemoryPolicy, persistenceMode, updatedAt: stamp(now) });
  if (ipAllowList !== undefined) instance.ipAllowList = ipAllowList ?? [];
  if (restarts) instance.startedAt = stamp(now);
}

function usualMode(plan: string): string {
  return plan === "free" ? "off" : "journal_snapshot";
}

/** https://render.com/docs/key-value: free instances keep nothing on disk. That the API refuses the rest is inferred. */
function refuseUnsaved(plan: string, mode: string): void {
  if (plan === "free" && mode !== "off") throw invalid("free key value instances have no persistence");
}

function statusOf(world: World, { suspended, createdAt, startedAt }: KeyValue): string {
  if (suspended) return "suspended";
  if (world.clock.now().getTime() - millis(startedAt) >= world.delays.renderDeploy) return "available";
  return startedAt === createdAt ? "creating" : "config_restart";
}

/** As Render writes it; an empty allow list is `null` in real answers. */
export function keyValueShape({ store, world }: Call, instance: KeyValue): Record<string, unknown> {
  const { id, name, plan, region, environmentId, createdAt, updatedAt, ipAllowList } = instance;
  return compact({
    ...{ id, name, plan, region, environmentId, createdAt, updatedAt, version: "8.1.4" },
    status: statusOf(world, instance),
    owner: embeddedOwner(owners(store).get(instance.ownerId)),
    options: { maxmemoryPolicy: instance.maxmemoryPolicy, persistenceMode: instance.persistenceMode },
    ipAllowList: ipAllowList.length > 0 ? ipAllowList : null,
  });
}

/** The answer to a POST: the status is not known yet, and the time has nanoseconds. */
export function newKeyValueShape(call: Call, instance: KeyValue): Record<string, unknown> {
  const at = instance.createdAt.replace("Z", "320Z");
  return { ...keyValueShape(call, instance), status: "unknown", createdAt: at, updatedAt: at };
}

export interface Connection {
  internalConnectionString: string;
  externalConnectionString: string;
  command: string;
}

/** There from the first moment, whatever the allow list says. */
export function connectionOf({ id, password, region }: KeyValue): Connection {
  const host = `${region}-keyvalue.render.com`;
  return {
    internalConnectionString: `redis://${id}:6379`,
    externalConnectionString: `rediss://${id}:${password}@${host}:6379`,
    command: `REDISCLI_AUTH=${password} valkey-cli --user ${id} -h ${host} -p 6379 --tls`,
  };
}
