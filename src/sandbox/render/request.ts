import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Call } from "../emulator.ts";
import { invalid, notFound } from "./refusals.ts";
import { millis, type Owner, owners, type Service, services } from "./state.ts";

/** The body in the given form, or Render's 400. Its wording is ours: only that `message` says what is wrong is known. */
export function bodyOf<S extends z.ZodType>(call: Call, schema: S): z.output<S> {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  throw invalid(`invalid JSON: ${problems.join("; ")}`);
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? "";
}

export function serviceOf(call: Call): Service {
  const id = param(call, "serviceId");
  const service = services(call.store).get(id);
  if (!service) throw notFound(id);
  return service;
}

/** The workspace named in the path, or in the body as `ownerId`. */
export function ownerOf(call: Call, id = param(call, "ownerId")): Owner {
  const owner = owners(call.store).get(id);
  if (!owner) throw notFound(id);
  return owner;
}

/** A filter that Render takes comma-joined (or repeated): undefined when it is not given. */
export function filter(call: Call, name: string): Set<string> | undefined {
  const given = call.query.getAll(name).flatMap((value) => value.split(","));
  return given.length > 0 ? new Set(given) : undefined;
}

export function passes(allowed: Set<string> | undefined, value: string | undefined): boolean {
  return !allowed || (value !== undefined && allowed.has(value));
}

/** True when `createdBefore`, `createdAfter`, `updatedBefore`… let the object through. */
export function inTime(call: Call, stem: string, at: string | null | undefined): boolean {
  const before = call.query.get(`${stem}Before`);
  const after = call.query.get(`${stem}After`);
  if (!before && !after) return true;
  if (!at) return false;
  const time = Date.parse(at);
  return (!before || time < Date.parse(before)) && (!after || time > Date.parse(after));
}

/** True when `startTime` and `endTime` let the moment through; Render's 400 when they are no times. */
export function inWindow(call: Call, at: string): boolean {
  const [start, end] = [timeOf(call, "startTime"), timeOf(call, "endTime")];
  return (start === undefined || millis(at) >= start) && (end === undefined || millis(at) <= end);
}

export function timeOf(call: Call, name: string): number | undefined {
  const given = call.query.get(name);
  if (given === null || given === "") return undefined;
  const time = Date.parse(given);
  if (Number.isNaN(time)) throw invalid(`invalid ${name}: must be an RFC 3339 time`);
  return time;
}

const Limit = z.coerce.number().int().min(1).max(100);

/** How many elements the caller wants at most, or Render's 400. */
export function limitOf(call: Call): number {
  const limit = Limit.safeParse(call.query.get("limit") ?? 20);
  if (!limit.success) throw invalid("invalid limit: must be between 1 and 100");
  return limit.data;
}

/** A list whose elements bear no cursor: without a limit everything comes at once, since nobody could page. */
export function bare<T>(call: Call, all: T[]): T[] {
  const limit = limitOf(call);
  return call.query.has("limit") ? all.slice(0, limit) : all;
}

/** One page of a list: each element beside its cursor, no link and no total. */
export function page<T>(call: Call, key: string, all: T[], idOf: (one: T) => string): Record<string, unknown>[] {
  const limit = limitOf(call);
  const cursors = all.map((one) => Buffer.from(idOf(one)).toString("base64url"));
  const cursor = call.query.get("cursor");
  // A cursor whose element has gone since ends the list; what Render does then is not known.
  const start = cursor ? cursors.indexOf(cursor) + 1 || all.length : 0;
  return all.slice(start, start + limit).map((one, at) => ({ [key]: one, cursor: cursors[start + at] }));
}

/** Newest first, as Render lists most things. */
export function newestFirst<T extends { id: string }>(all: T[]): T[] {
  return all.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}
