import { isAbsolute, relative, resolve } from "node:path";

/** Where the engine keeps the stack's state. */
export interface StateBackend {
  /** As in PULUMI_BACKEND_URL. */
  backendUrl: string;
  /** The checkout's folder, absolute. */
  checkout: string;
}

/** Whether the state is a folder inside the checkout, which the next `git clean` or lost laptop takes along. */
export function isStateInCheckout({ backendUrl, checkout }: StateBackend): boolean {
  if (!backendUrl.startsWith("file://")) return false;
  const folder = backendUrl.slice("file://".length).replace(/\?.*$/, "");
  if (folder.startsWith("~")) return false;
  const inside = relative(checkout, resolve(checkout, folder));
  return !isAbsolute(inside) && inside !== ".." && !inside.startsWith("../");
}

/** Supabase's shared poolers serve many projects from one host; the user tells them apart. */
const SHARED_HOST = /\.pooler\.supabase\.com$/;

/** Whether the state lies in the database that an address names: then destroying the stack destroys its own record. */
export function isStateIn(backendUrl: string, address: string): boolean {
  if (!/^postgres(ql)?:/.test(backendUrl)) return false;
  const [backend, database] = [URL.parse(backendUrl), URL.parse(address)];
  if (!backend || !database || backend.hostname !== database.hostname) return false;
  return !SHARED_HOST.test(backend.hostname) || backend.username === database.username;
}
