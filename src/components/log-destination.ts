import * as pulumi from "@pulumi/pulumi";

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

/** Where Vercel posts what a project prints. */
export interface WebLogDestination {
  /** `https://…` */
  endpoint: string;
  /** Sent as `Authorization: Bearer …`. */
  token?: pulumi.Input<string> | undefined;
}

/** The log drain of one Vercel project, as an `ApiObject`; production alone, for previews print what nobody waits for. */
export function projectLogs(name: string, projectId: pulumi.Input<string>, { endpoint, token }: WebLogDestination) {
  const headers = token === undefined ? {} : { authorization: pulumi.interpolate`Bearer ${token}` };
  const filter = { version: "v2", filter: { type: "basic", deployment: { environments: ["production"] } } };
  return {
    create: { path: "/v1/drains" },
    // Vercel answers the filter under another name, and says which projects only by their ids.
    read: { path: "/v1/drains/{id}", unseen: ["filter", "projects"] },
    update: { path: "/v1/drains/{id}" },
    delete: { path: "/v1/drains/{id}" },
    find: { path: "/v1/drains", at: "drains", match: { name } },
    body: {
      ...{ name, projects: "some", projectIds: [projectId], schemas: { log: { version: "v1" } }, filter },
      delivery: { type: "http", endpoint, encoding: "ndjson" },
    },
    secretBody: { delivery: { headers } },
  };
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
