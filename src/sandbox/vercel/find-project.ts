import type { Call } from "../emulator.ts";
import { accountOf } from "./account.ts";
import { notFound } from "./refusals.ts";
import { type ProjectRecord, stateOf } from "./state.ts";

/** Vercel's ids mix cases and digits. */
export const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The project that a path names by id or name, within the request's account. */
export function projectOf(call: Call, parameter = "idOrName"): ProjectRecord {
  const project = findProject(call, call.params[parameter] ?? "");
  if (!project) throw notFound("project");
  return project;
}

export function findProject(call: Call, idOrName: string): ProjectRecord | undefined {
  const account = accountOf(call);
  const { projects } = stateOf(call.store);
  const mine = projects.list().filter(({ accountId }) => accountId === account);
  return mine.find(({ id }) => id === idOrName) ?? mine.find(({ name }) => name === idOrName);
}
