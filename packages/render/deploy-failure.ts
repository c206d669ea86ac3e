import { Refused } from "@mais/provider-kit";
import type { Service } from "./wire.ts";

/** A deploy that did not go live: it failed, or waiting for it ended first. */
export class DeployFailed extends Refused {
  readonly lastLines: readonly string[];
  readonly deployId: string | undefined;

  constructor(
    message: string,
    about: { deployId?: string | undefined; lastLines?: readonly string[]; cause?: unknown },
  ) {
    super(message, { cause: about.cause });
    this.deployId = about.deployId;
    this.lastLines = about.lastLines ?? [];
  }
}

/** What happened to the service, its log's last lines as far as Render still gives them, and where the whole log is. */
export function describeFailure({ name, id, dashboardUrl }: Service, error: unknown, sandbox: boolean): string {
  const reason = error instanceof Error ? error.message : String(error);
  const what = `${name} (${id}) is there but not ready: ${reason}. Fix the cause and run the same command again; it goes on from here`;
  if (!(error instanceof DeployFailed)) return what;
  const { lastLines, deployId } = error;
  const lines = lastLines.length > 0 ? ["Its last lines:", ...lastLines.map((line) => `  | ${line}`)] : [];
  const canBeOpened = dashboardUrl && deployId && !sandbox;
  const whole = canBeOpened ? [`The whole log: ${dashboardUrl}/deploys/${deployId}`] : [];
  return [what, ...lines, ...whole].join("\n");
}
