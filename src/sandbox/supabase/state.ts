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

export interface Secret {
  name: string;
  value: string;
  updatedAt: string;
}

export interface Disk {
  type: "gp3" | "io2";
  size_gb: number;
  iops: number;
  throughput_mibps?: number | undefined;
  modifiedAt: string;
}

/** A role that was made by a statement, in a sandbox without a database. */
export interface StoredRole {
  login: boolean;
  /** As the statement gave it. */
  password: string | null;
  /** Those that it was let into. */
  schemas: string[];
}

export interface RestorePoint {
  name: string;
  completedOn: string;
}

export interface Branch {
  id: string;
  name: string;
  /** The project that it branches from. */
  parentRef: string;
  /** Its own project, which for the default branch is the parent. */
  ref: string;
  gitBranch: string | undefined;
  isDefault: boolean;
  persistent: boolean;
  withData: boolean;
  notifyUrl: string | undefined;
  createdAt: string;
  updatedAt: string;
  /** Of its own project; the default branch has the parent's. */
  databasePassword: string;
  jwtSecret: string;
  computeAddon: string;
  /** Milliseconds of the sandbox's clock. */
  readyAt: number;
  deletionAt?: number | undefined;
  /** Written by PATCH; otherwise it follows from the clock. */
  status?: string | undefined;
}

export const organizations = (store: Store) => store.collection<Organization>("organizations");
export const projects = (store: Store) => store.collection<Project>("projects");
/** Edge function secrets of each project, by its ref. */
export const secrets = (store: Store) => store.collection<Secret[]>("secrets");
/** The disk of each project that was changed, by its ref. */
export const disks = (store: Store) => store.collection<Disk>("disks");
/** Restore points of each project, by its ref. */
export const restorePoints = (store: Store) => store.collection<RestorePoint[]>("restorePoints");
/** Roles of each project by their name, by its ref. */
export const databaseRoles = (store: Store) => store.collection<Record<string, StoredRole>>("databaseRoles");
/** Preview branches by their id, whichever project they are of. */
export const branches = (store: Store) => store.collection<Branch>("branches");
/** Refs of deleted projects; they answer differently from refs that never were. */
export const removedProjects = (store: Store) => store.collection<{ ref: string }>("removedProjects");

type Moment = Pick<Call, "now" | "world">;

/** With a real database behind it a project is up once that is; the rest goes by the sandbox's clock. */
export function statusOf(project: Project, { now, world }: Moment): ProjectStatus {
  if (project.busy && now.getTime() < project.busy.until) return project.busy.status;
  const database = world.dataServers?.postgres?.state(project.ref);
  if (project.settled !== "ACTIVE_HEALTHY" || database === undefined) return project.settled;
  if (database === "failed") return "INIT_FAILED";
  return database === "starting" ? "COMING_UP" : "ACTIVE_HEALTHY";
}

/** Everything that goes with a deleted project. Answers the refs of all that had a database of their own. */
export function forgetProject(store: Store, ref: string): string[] {
  for (const kept of [secrets, disks, restorePoints, databaseRoles]) kept(store).delete(ref);
  const own = branches(store)
    .list()
    .filter(({ parentRef }) => parentRef === ref);
  for (const { id } of own) branches(store).delete(id);
  return [ref, ...own.filter(({ isDefault }) => !isDefault).map((branch) => branch.ref)];
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
  const status = statusOf(project, call);
  if (status === "ACTIVE_HEALTHY" || status === "RESIZING") return project;
  throw refuse(400, `Project is not active (status ${status})`);
}

export function planOf(project: Project, store: Store): Plan {
  return organizations(store).get(project.organizationSlug)?.plan ?? "free";
}
