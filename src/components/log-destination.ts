import type * as pulumi from "@pulumi/pulumi";

/** A receiver of logs: syslog over TLS. */
export interface LogDestination {
  /** `host:port` */
  endpoint: string;
  token?: pulumi.Input<string> | undefined;
}

/** Render's `logStreamOverride` of one service. Left out, the workspace's own stream counts. */
export function serviceLogs(destination: LogDestination | undefined) {
  return destination && { setting: "send" as const, ...destination };
}

/**
 * The log stream of a whole Render workspace, as an `ApiObject`: there is one, which every service uses that has no
 * override. What previews print is not sent.
 */
export function workspaceLogs(owner: string, { endpoint, token = "" }: LogDestination) {
  const path = "/logs/streams/owner";
  return {
    params: { owner },
    create: { method: "PUT" as const, path: `${path}/{owner}`, id: "{owner}" },
    read: { path: `${path}/{id}` },
    update: { method: "PUT" as const, path: `${path}/{id}` },
    delete: { path: `${path}/{id}` },
    find: { path: `${path}/{owner}`, idPath: "ownerId", match: { ownerId: owner } },
    body: { endpoint, preview: "drop" },
    secretBody: { token },
  };
}
