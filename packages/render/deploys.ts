import { type Call, Refused, waitFor } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import type { Deploy } from "./wire.ts";

/**
 * What a deploy is made for. `settings`: the running build again. `build`: the running commit, built anew.
 * `source`: whatever the service's new source says.
 */
export type Cause = "settings" | "build" | "source";

const UNDER_WAY = new Set(["created", "queued", "build_in_progress", "pre_deploy_in_progress", "update_in_progress"]);
const ENDED = new Set(["build_failed", "pre_deploy_failed", "update_failed", "canceled", "deactivated"]);
/** Render's own limits: build 120, pre-deploy command 30, update 15 minutes. */
const LIMIT_MS = 165 * 60_000;

/** Starts one deploy that runs the same code as before, unless the source itself changed, and waits until it is live. */
export async function redeploy(api: RenderApi, serviceId: string, cause: Cause, call: Call): Promise<void> {
  const before = await api.deploys(serviceId, call);
  // Many failed ones may stand before the one that runs.
  const running = before.find(({ status }) => status === "live") ?? (await api.deploys(serviceId, call, "live")).at(0);
  await api.startDeploy(serviceId, deployBody(running, before, cause), call);
  await awaitLive(api, serviceId, before, call);
}

/** Brings a service whose last deploy failed or is still under way to a live one. */
export async function finishDeploy(api: RenderApi, serviceId: string, call: Call): Promise<void> {
  const before = await api.deploys(serviceId, call);
  const [newest] = before;
  if (newest?.status === "live") return;
  if (newest && UNDER_WAY.has(newest.status)) {
    await awaitLive(api, serviceId, [], call);
    return;
  }
  await redeploy(api, serviceId, "build", call);
}

/** Changed settings must not bring new code with them: https://api-docs.render.com/reference/create-deploy */
function deployBody(running: Deploy | undefined, recent: readonly Deploy[], cause: Cause): Record<string, unknown> {
  if (cause === "source" || !running) return {};
  if (cause === "settings" && isLastBuilt(running, recent)) return { deployMode: "deploy_only" };
  if (running.commit) return { commitId: running.commit.id };
  const { ref, sha } = running.image ?? {};
  return ref && sha ? { imageUrl: `${ref.replace(/[:@][^/]*$/, "")}@${sha}` } : {};
}

/** `deploy_only` takes the last successful build, which is not the running one after a rollback or a failed release. */
function isLastBuilt(running: Deploy, recent: readonly Deploy[]): boolean {
  const version = versionOf(running);
  const first = recent.findLast((deploy) => versionOf(deploy) === version) ?? running;
  const since = Date.parse(first.createdAt);
  return !recent.some((deploy) => versionOf(deploy) !== version && Date.parse(deploy.createdAt) > since);
}

function versionOf({ commit, image }: Deploy): string | undefined {
  return commit?.id ?? image?.sha;
}

/**
 * Follows the newest deploy that was not there `before` until it is live. One that replaces it (a push, somebody's
 * click) is followed instead: what counts is that the service runs.
 */
export async function awaitLive(
  api: RenderApi,
  serviceId: string,
  before: readonly Deploy[],
  call: Call,
): Promise<void> {
  const known = new Set(before.map(({ id }) => id));
  let shown = "";
  const look = async (): Promise<Deploy | undefined> => {
    const [newest] = await api.deploys(serviceId, call);
    // Render may have accepted the deploy without an object for it yet (202).
    if (!newest || known.has(newest.id)) return undefined;
    const line = `deploy ${newest.id}: ${newest.status.replaceAll("_", " ")}`;
    if (line !== shown) call.progress(line);
    shown = line;
    if (ENDED.has(newest.status)) throw new DeployFailed(newest);
    return newest.status === "live" ? newest : undefined;
  };
  try {
    await waitFor("The deploy", look, { signal: call.signal, limitMs: LIMIT_MS });
  } catch (error) {
    if (!call.signal.aborted) throw error;
    const state = shown || "a deploy that had not begun";
    throw new Refused(`waiting ended (the time limit, or a cancel) at ${state}; Render goes on with it`, {
      cause: error,
    });
  }
}

export class DeployFailed extends Refused {
  readonly deploy: Deploy;

  constructor(deploy: Deploy) {
    super(`deploy ${deploy.id} ended as ${deploy.status}`);
    this.deploy = deploy;
  }
}
