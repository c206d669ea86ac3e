import type { Call } from "../emulator.ts";
import type { Store } from "../store.ts";
import { projectNotFound, refuse, removed } from "./refusals.ts";

export type Plan = "free" | "pro" | "team" | "enterprise";

export interface Organization {
  id: string;
  slug: string;
  name: string;
  plan: Plan;
}

export type ProjectStatus =
  | "ACTIVE_HEALTHY"
  | "COMING_UP"
  | "INACTIVE"
  | "INIT_FAILED"
  | "PAUSING"
  | "RESIZING"
  | "RESTORING";

export interface ApiKey {
  /** Legacy keys have none. */
  id: string | null;
  name: string;
  type: "legacy" | "publishable" | "secret";
  key: string;
  description: string | null;
  secretJwtTemplate: Record<string, unknown> | null;
  insertedAt: string;
  updatedAt: string;
}

export interface Bucket {
  id: string;
  name: string;
  public: boolean;
  fileSizeLimit: number | null;
  allowedMimeTypes: string[] | null;
  createdAt: string;
  updatedAt: string;
  /** Names of the objects in it. */
  objects: string[];
}

export interface Project {
  ref: string;
  /** What rename and delete answer as `id`. */
  number: number;
  organizationSlug: string;
  name: string;
  region: string;
  createdAt: string;
  /** The state that it is in once nothing is under way. */
  settled: ProjectStatus;
  /** What is under way, until a moment of the sandbox's clock in milliseconds. */
  busy: { status: ProjectStatus; until: number } | null;
  /** Written by create and PATCH; the API never returns it. */
  databasePassword: string;
  jwtSecret: string;
  legacyKeysEnabled: boolean;
  keys: ApiKey[];
  /** Selected add-ons by type: `compute_instance` to `ci_small`. */
  addons: Record<string, string>;
  pooler: { defaultPoolSize: number | null; mode: "transaction" | "session" };
  postgres: Record<string, unknown>;
  postgrest: { db_schema: string; max_rows: number; db_extra_search_path: string; db_pool: number | null };
  /** Only what differs from a new project's settings. */
  auth: Record<string, unknown>;
  storage: { fileSizeLimit: number; features: Record<string, Record<string, unknown>>; upstreamTarget: string };
  network: { cidrs: string[]; cidrsV6: string[]; updatedAt: string | null; appliesAt: number };
  ssl: { before: boolean; requested: boolean; appliesAt: number };
  backupTime: { scheduleFor: string; updatedAt: string } | null;
  buckets: Bucket[];
}

export const organizations = (store: Store) => store.collection<Organization>("organizations");
export const projects = (store: Store) => store.collection<Project>("projects");
/** Refs of deleted projects; they answer differently from refs that never were. */
export const removedProjects = (store: Store) => store.collection<{ ref: string }>("removedProjects");

export function statusOf(project: Project, now: Date): ProjectStatus {
  return project.busy && now.getTime() < project.busy.until ? project.busy.status : project.settled;
}

/** When the services of a project are reachable: the pooler learns of a new project a little after the rest. */
export function settledFor(project: Project, now: Date): number {
  return now.getTime() - (project.busy?.until ?? Date.parse(project.createdAt));
}

/** The project that the path names. */
export function projectOf(call: Call): Project {
  const ref = call.params.ref ?? "";
  if (!/^[a-z]{20}$/.test(ref)) throw refuse(400, "ref: must be 20 lowercase letters");
  const project = projects(call.store).get(ref);
  if (project) return project;
  throw removedProjects(call.store).get(ref) ? removed() : projectNotFound();
}

/** For what a project that is still coming up cannot do. */
export function activeProjectOf(call: Call): Project {
  const project = projectOf(call);
  const status = statusOf(project, call.now);
  if (status === "ACTIVE_HEALTHY" || status === "RESIZING") return project;
  throw refuse(400, `Project is not active (status ${status})`);
}

export function planOf(project: Project, store: Store): Plan {
  return organizations(store).get(project.organizationSlug)?.plan ?? "free";
}
