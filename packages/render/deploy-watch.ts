import { type Call, waitFor } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import { DeployFailed } from "./deploy-failure.ts";
import { DeployLog } from "./deploy-log.ts";
import type { Deploy } from "./wire.ts";

/**
 * How long each phase may take, in minutes: Render ends a deploy that goes beyond, so that a status which still stands
 * then is stuck. https://render.com/docs/deploys
 */
const PHASE_MINUTES: Readonly<Record<string, number>> = {
  build_in_progress: 120,
  pre_deploy_in_progress: 30,
  update_in_progress: 15,
};
/** Behind another deploy, where the workspace lets them wait for each other. */
const QUEUE_MINUTES = 165;
/** All phases and the queue; the program's `customTimeouts` take the place of it all. */
export const DEPLOY_MINUTES = QUEUE_MINUTES + 15;

const UNDER_WAY = new Set(["created", "queued", ...Object.keys(PHASE_MINUTES)]);

const ENDINGS: Readonly<Record<string, string>> = {
  build_failed: "the build command failed",
  pre_deploy_failed: "the pre-deploy command failed; what ran before goes on",
  update_failed: "the new version did not start or did not answer its health check; what ran before goes on",
  canceled: "somebody, or a newer deploy, canceled it",
  deactivated: "another version took its place",
};

export function isUnderWay({ status }: Deploy): boolean {
  return UNDER_WAY.has(status);
}

export interface Watched {
  serviceId: string;
  /** What was there before: only what is newer counts. */
  before: readonly Deploy[];
  /** For tests. */
  phaseMinutes?: number;
}

/**
 * Follows the newest deploy until it is live. One that replaces it (a push, somebody's click) is followed instead: what
 * counts is that the service runs.
 */
export async function awaitLive(api: RenderApi, watched: Watched, call: Call): Promise<void> {
  const watch = new Watch(api, watched, call);
  try {
    // The watch itself sets the limits.
    const options = { signal: call.signal, limitMs: Number.POSITIVE_INFINITY, ...api.pace };
    await waitFor("The deploy", () => watch.look(), options);
  } catch (cause) {
    if (!call.signal.aborted || cause instanceof DeployFailed) throw cause;
    const reason = isTimeout(call.signal.reason) ? "the time for it is over" : "the run was canceled";
    const ending = `waiting ended (${reason}) at ${watch.position}; Render goes on with it`;
    throw new DeployFailed(ending, { deployId: watch.deployId, cause });
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === "TimeoutError";
}

class Watch {
  readonly #api: RenderApi;
  readonly #watched: Watched;
  readonly #call: Call;
  readonly #known: ReadonlySet<string>;
  readonly #log: DeployLog;
  #shown = "";
  #phase = "";
  #phaseSince = 0;
  position = "a deploy that had not begun";
  deployId: string | undefined;

  constructor(api: RenderApi, watched: Watched, call: Call) {
    this.#api = api;
    this.#watched = watched;
    this.#call = call;
    this.#known = new Set(watched.before.map(({ id }) => id));
    this.#log = new DeployLog(api, watched.serviceId, call);
  }

  async look(): Promise<Deploy | undefined> {
    const [newest] = await this.#api.deploys(this.#watched.serviceId, this.#call);
    // Render may have accepted the deploy without an object for it yet (202).
    const deploy = newest && !this.#known.has(newest.id) ? newest : undefined;
    await this.#show(deploy);
    if (deploy && deploy.status in ENDINGS) throw await this.#failed(deploy);
    if (deploy?.status === "live") return deploy;
    this.#refuseStuck(deploy);
    return undefined;
  }

  /** The phase, and beside it the newest line that the service printed. */
  async #show(deploy: Deploy | undefined): Promise<void> {
    if (!deploy) return;
    this.deployId = deploy.id;
    this.position = `deploy ${deploy.id}: ${deploy.status.replaceAll("_", " ")}`;
    if (!this.#shown.startsWith(this.position)) this.#tell(this.position);
    if (!(deploy.status in PHASE_MINUTES)) return;
    const line = await this.#log.newestLine(deploy);
    if (line) this.#tell(`${this.position} | ${line}`);
  }

  #tell(line: string): void {
    if (line !== this.#shown) this.#call.progress(line);
    this.#shown = line;
  }

  async #failed(deploy: Deploy): Promise<DeployFailed> {
    const lastLines = await this.#log.lastLines(deploy);
    const ending = `deploy ${deploy.id} ended as ${deploy.status}: ${ENDINGS[deploy.status]}`;
    return new DeployFailed(ending, { deployId: deploy.id, lastLines });
  }

  #refuseStuck(deploy: Deploy | undefined): void {
    const phase = deploy ? `${deploy.id} ${deploy.status}` : "";
    if (phase !== this.#phase || this.#phaseSince === 0) this.#phaseSince = Date.now();
    this.#phase = phase;
    if (this.#call.customTimeoutSeconds !== undefined) return;
    const { phaseMinutes = PHASE_MINUTES[deploy?.status ?? ""] ?? QUEUE_MINUTES } = this.#watched;
    if (Date.now() - this.#phaseSince < phaseMinutes * 60_000) return;
    const advice = "Cancel it in Render if it hangs; a longer wait is set by customTimeouts";
    throw new DeployFailed(`${this.position} for ${phaseMinutes} minutes, which is Render's own limit. ${advice}`, {
      deployId: deploy?.id,
    });
  }
}
