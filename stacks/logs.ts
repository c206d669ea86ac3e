import * as pulumi from "@pulumi/pulumi";
import { ApiObject } from "@pulumi/render";
import { ApiObject as VercelObject } from "@pulumi/vercel";
import { type LogDestination, projectLogs, workspaceLogs } from "../src/components/log-destination.ts";
import type { Context } from "./configure.ts";

/** Where logs go, for every vendor that can send them there. */
export function logDestination({ configuration }: Context): LogDestination | undefined {
  const { logs } = configuration.settings;
  if (!logs) return undefined;
  return { endpoint: logs.endpoint, token: logs.token === undefined ? undefined : pulumi.secret(logs.token) };
}

/** Where Vercel sends what the site prints. */
export function sendSiteLogs(context: Context, projectId: pulumi.Output<string>): void {
  const { logs } = context.configuration.settings;
  if (!logs?.webEndpoint) return;
  const token = logs.token === undefined ? undefined : pulumi.secret(logs.token);
  const drain = projectLogs(context.nameOf("web-logs"), projectId, { endpoint: logs.webEndpoint, token });
  new VercelObject("web-logs", drain, { provider: context.provider("vercel") });
}

/** What each service is told: nothing where the whole workspace sends its logs. */
export function destinationOfServices(context: Context): LogDestination | undefined {
  const { logs, accounts } = context.configuration.settings;
  const destination = logDestination(context);
  if (logs?.scope !== "workspace" || !destination) return destination;
  // The gate lets no live stack through without it, and on the sandbox it is the sandbox's.
  const owner = accounts.renderOwner ?? "";
  new ApiObject("logs", workspaceLogs(owner, destination), { provider: context.provider("render") });
  return undefined;
}
