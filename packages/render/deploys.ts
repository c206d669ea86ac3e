import type { Call } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import { awaitLive, isUnderWay } from "./deploy-watch.ts";
import type { Deploy } from "./wire.ts";

/**
 * What a deploy is made for. `settings`: the running build again. `build`: the running commit, built anew.
 * `source`: whatever the service's new source says.
 */
export type Cause = "settings" | "build" | "source";

/** Starts one deploy that runs the same code as before, unless the source itself changed, and waits until it is live. */
export async function redeploy(api: RenderApi, serviceId: string, cause: Cause, call: Call): Promise<void> {
  const { before, running } =
    cause === "source" ? await recent(api, serviceId, call) : await settled(api, serviceId, call);
  await api.startDeploy(serviceId, deployBody(running, before, cause), call);
  await awaitLive(api, { serviceId, before }, call);
}

/** Brings a service whose last deploy failed or is still under way to a live one. */
export async function finishDeploy(api: RenderApi, serviceId: string, call: Call): Promise<void> {
  const [newest] = await api.deploys(serviceId, call);
  if (newest?.status === "live") return;
  if (newest && isUnderWay(newest)) await awaitLive(api, { serviceId, before: [] }, call);
  else await redeploy(api, serviceId, "build", call);
}

interface Deploys {
  /** The newest ones, newest first. */
  before: Deploy[];
  running: Deploy | undefined;
}

async function recent(api: RenderApi, serviceId: string, call: Call): Promise<Deploys> {
  const before = await api.deploys(serviceId, call);
  // Many failed ones may stand before the one that runs.
  const running =
    before.find(({ status }) => status === "live") ?? (await api.deploys(serviceId, call, { status: "live" })).at(0);
  return { before, running };
}

/**
 * Somebody's deploy of another version ends first: a deploy of ours would cancel it, and pin what it was about to
 * replace. Whether it goes well is theirs; afterwards what runs is known.
 */
async function settled(api: RenderApi, serviceId: string, call: Call): Promise<Deploys> {
  const now = await recent(api, serviceId, call);
  const { before, running } = now;
  const [newest] = before;
  if (!newest || !running || !isUnderWay(newest) || versionOf(newest) === versionOf(running)) return now;
  call.note(`Deploy ${newest.id} of another version is under way: waiting for its end before the change is deployed`);
  await awaitLive(api, { serviceId, before: before.filter(({ id }) => id !== newest.id) }, call).catch((error) => {
    if (call.signal.aborted) throw error;
  });
  return recent(api, serviceId, call);
}

/** Changed settings must not bring new code with them: https://api-docs.render.com/reference/create-deploy */
function deployBody(running: Deploy | undefined, before: readonly Deploy[], cause: Cause): Record<string, unknown> {
  if (cause === "source" || !running) return {};
  if (cause === "settings" && isLastBuilt(running, before)) return { deployMode: "deploy_only" };
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
