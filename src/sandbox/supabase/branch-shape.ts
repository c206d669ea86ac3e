import type { Call } from "../emulator.ts";
import { databaseVersion, directAddress } from "./real-database.ts";
import { type Branch, projects, statusOf } from "./state.ts";

/** A branch in lists and answers to changes. */
export function shownBranch(branch: Branch, call: Call) {
  const isReady = call.now.getTime() >= branch.readyAt;
  return {
    id: branch.id,
    name: branch.name,
    project_ref: branch.ref,
    parent_project_ref: branch.parentRef,
    is_default: branch.isDefault,
    ...optional("git_branch", branch.gitBranch),
    persistent: branch.persistent,
    // That a branch without migrations and functions ends here is inferred.
    status: branch.status ?? (isReady ? "FUNCTIONS_DEPLOYED" : "CREATING_PROJECT"),
    created_at: branch.createdAt,
    updated_at: branch.updatedAt,
    with_data: branch.withData,
    ...optional("notify_url", branch.notifyUrl),
    ...optional("deletion_scheduled_at", branch.deletionAt && new Date(branch.deletionAt).toISOString()),
    preview_project_status: projectStatus(branch, call),
  };
}

/** A branch with the way into its database. */
export function detailedBranch(branch: Branch, call: Call) {
  const { host: db_host, port: db_port } = directAddress(branch.ref, call.world);
  const { version, postgres_engine } = databaseVersion(call.world);
  return {
    ref: branch.ref,
    ...{ postgres_version: version, postgres_engine, release_channel: "ga" },
    status: projectStatus(branch, call),
    ...{ db_host, db_port, db_user: "postgres" },
    // Nobody can read the parent's password; that it is left out there is inferred.
    ...(branch.isDefault ? {} : { db_pass: branch.databasePassword }),
    jwt_secret: branch.jwtSecret,
  };
}

function projectStatus(branch: Branch, call: Call): string {
  if (branch.isDefault) {
    const parent = projects(call.store).get(branch.parentRef);
    return parent ? statusOf(parent, call) : "REMOVED";
  }
  if (call.now.getTime() < branch.readyAt) return "COMING_UP";
  const database = call.world.dataServers?.postgres?.state(branch.ref);
  if (database === "failed") return "INIT_FAILED";
  return database === "starting" ? "COMING_UP" : "ACTIVE_HEALTHY";
}

function optional<T>(name: string, value: T | undefined): Record<string, T> {
  return value === undefined ? {} : { [name]: value };
}
