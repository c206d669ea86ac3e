import type { Emulator, Reply } from "./emulator.ts";
import { findApplication } from "./find-application.ts";
import type { Storage } from "./storage.ts";
import { Store } from "./store.ts";
import type { World } from "./world.ts";

/** What the emulators of a sandbox live on. */
export interface Life {
  storage: Storage;
  world: World;
  emulators: readonly Emulator[];
  fault(error: unknown, what: string): void;
}

/** The account's objects that were there before us. */
export function seedIfEmpty(emulator: Emulator, { storage, world }: Life): void {
  const store = storage.stores.get(emulator.vendor);
  const isEmpty = store && Object.values(store.toJSON()).every((objects) => Object.keys(objects).length === 0);
  if (store && isEmpty) emulator.seed?.(store, world);
}

/**
 * Services start beside the answers: nobody waits for them to be told where the sandbox is. They wait for the databases, whose
 * clients they are.
 */
export async function resume(inside: Life): Promise<void> {
  const isFirst = ({ resumesFirst = false }: Emulator) => resumesFirst;
  await Promise.all(inside.emulators.filter(isFirst).map((emulator) => resumeOne(emulator, inside)));
  await Promise.all(inside.emulators.filter((emulator) => !isFirst(emulator)).map((one) => resumeOne(one, inside)));
}

async function resumeOne(emulator: Emulator, { storage, world, fault }: Life): Promise<void> {
  const store = storage.stores.get(emulator.vendor);
  try {
    if (store) await emulator.resume?.(store, world);
  } catch (error) {
    fault(error, `resuming ${emulator.vendor}`);
  }
}

/** Lets happen what is due by the sandbox's clock. */
export function tick({ storage, world, emulators, fault }: Life): void {
  for (const { vendor, tick } of emulators) {
    const store = storage.stores.get(vendor);
    if (store && tick?.(store, world)) storage.save(vendor).catch((error) => fault(error, "storing"));
  }
}

/** Lets something happen at a vendor that calls its customers' addresses; undefined for the others. */
export function emit(vendor: string, given: unknown, { storage, world, emulators }: Life): Promise<Reply> | undefined {
  const emulator = emulators.find((one) => one.vendor === vendor);
  const store = storage.stores.get(vendor);
  if (!emulator?.emit || !store) return undefined;
  const applications = { world, store: (name: string) => storage.stores.get(name) ?? new Store() };
  return emulator
    .emit(given, { store, world, findApplication: (host) => findApplication(host, applications) })
    .finally(() => storage.save(vendor));
}
