import type { Connection, Explanation } from "@mais/provider-kit";
import { orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import { AccountApi } from "./account-api.ts";
import * as wire from "./wire.ts";
import { type Body, PAGE, type Stop } from "./workspace-api.ts";

export type { Stop } from "./workspace-api.ts";

interface DeployQuery {
  limit?: number;
  status?: "live";
}

/** Render's API as far as our resources use it. One instance per workspace. */
export class RenderApi extends AccountApi {
  async servicesNamed(name: string, { signal }: Stop): Promise<wire.Service[]> {
    const query = { name, ownerId: this.ownerId, limit: PAGE };
    const found = await this.http.get("/services", { query, answer: wire.Services, signal });
    return found.map(({ service }) => service).filter((service) => service.name === name);
  }

  createService(json: Body, { signal }: Stop) {
    return this.http.post("/services", { json, answer: wire.Created, signal });
  }

  service(id: string, { signal }: Stop) {
    return this.http.get(`/services/${id}`, { answer: wire.Service, signal });
  }

  updateService(id: string, json: Body, { signal }: Stop) {
    return this.http.patch(`/services/${id}`, { json, answer: wire.Service, signal, repeatable: true });
  }

  deleteService(id: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/services/${id}`, { signal }));
  }

  scale(id: string, numInstances: number, { signal }: Stop) {
    return this.http.post(`/services/${id}/scale`, { json: { numInstances }, signal, repeatable: true });
  }

  putAutoscaling(id: string, autoscaling: wire.Autoscaling, { signal }: Stop) {
    return this.http.put(`/services/${id}/autoscaling`, { json: autoscaling, signal });
  }

  deleteAutoscaling(id: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/services/${id}/autoscaling`, { signal }));
  }

  // Deploys

  /** The newest ones, newest first. */
  async deploys(serviceId: string, { signal }: Stop, query: DeployQuery = {}): Promise<wire.Deploy[]> {
    const found = await this.http.get(`/services/${serviceId}/deploys`, {
      ...{ query: { limit: 20, ...query }, answer: wire.Deploys, signal },
    });
    // Render does not promise the order of this list.
    const newestFirst = (a: wire.Deploy, b: wire.Deploy) => Date.parse(b.createdAt) - Date.parse(a.createdAt);
    return found.map(({ deploy }) => deploy).toSorted(newestFirst);
  }

  startDeploy(serviceId: string, json: Body, { signal }: Stop) {
    return this.http.post(`/services/${serviceId}/deploys`, { json, signal });
  }

  cancelDeploy(serviceId: string, deployId: string, { signal }: Stop) {
    return this.http.post(`/services/${serviceId}/deploys/${deployId}/cancel`, { signal, repeatable: true });
  }

  /** The newest lines of what a service prints and of its builds, oldest first; without the requests to it. */
  async logLines(
    serviceId: string,
    { limit, startTime }: { limit: number; startTime: string },
    { signal }: Stop,
  ): Promise<string[]> {
    const query = { resource: serviceId, type: ["app", "build"], limit, startTime, direction: "backward" };
    const { logs } = await this.logPage(query, { signal });
    // Of one moment, too, the later line stands first in the answer.
    return logs
      .toReversed()
      .toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
      .map(({ message }) => message);
  }

  // Variables and secret files

  async envVars(serviceId: string, stop: Stop): Promise<Record<string, string>> {
    const found = await this.all(`/services/${serviceId}/env-vars`, wire.EnvVars, stop);
    return Object.fromEntries(found.map(({ envVar }) => [envVar.key, envVar.value]));
  }

  async secretFiles(serviceId: string, stop: Stop): Promise<Record<string, string>> {
    const found = await this.all(`/services/${serviceId}/secret-files`, wire.SecretFiles, stop);
    return Object.fromEntries(found.map(({ secretFile }) => [secretFile.name, secretFile.content]));
  }

  /** `owner` is the path of a service or an env group. */
  putEntry(owner: string, kind: "env-vars" | "secret-files", name: string, json: Body, { signal }: Stop) {
    return this.http.put(`${owner}/${kind}/${encodeURIComponent(name)}`, { json, signal });
  }

  deleteEntry(owner: string, kind: "env-vars" | "secret-files", name: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`${owner}/${kind}/${encodeURIComponent(name)}`, { signal }));
  }

  // What hangs on a service

  async customDomains(serviceId: string, stop: Stop): Promise<wire.CustomDomain[]> {
    const found = await this.all(`/services/${serviceId}/custom-domains`, wire.CustomDomains, stop);
    return found.map(({ customDomain }) => customDomain);
  }

  addCustomDomain(serviceId: string, name: string, { signal }: Stop) {
    return this.http.post(`/services/${serviceId}/custom-domains`, { json: { name }, signal });
  }

  removeCustomDomain(serviceId: string, idOrName: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/services/${serviceId}/custom-domains/${idOrName}`, { signal }));
  }

  notificationOverride(serviceId: string, { signal }: Stop) {
    const path = `/notification-settings/overrides/services/${serviceId}`;
    return this.http.get(path, { answer: wire.NotificationOverride, signal });
  }

  setNotificationOverride(serviceId: string, json: Body, { signal }: Stop) {
    return this.http.patch(`/notification-settings/overrides/services/${serviceId}`, { json, signal });
  }

  logStream(serviceId: string, { signal }: Stop) {
    return orAbsent(this.http.get(`/logs/streams/resource/${serviceId}`, { answer: wire.LogStream, signal }));
  }

  putLogStream(serviceId: string, json: Body, { signal }: Stop) {
    return this.http.put(`/logs/streams/resource/${serviceId}`, { json, signal });
  }

  deleteLogStream(serviceId: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/logs/streams/resource/${serviceId}`, { signal }));
  }

  addDisk(json: Body, { signal }: Stop) {
    return this.http.post("/disks", { json, signal });
  }

  updateDisk(id: string, json: Body, { signal }: Stop) {
    return this.http.patch(`/disks/${id}`, { json, signal });
  }
}

const ErrorBody = z.object({ message: z.string() });

function explain(status: number, body: unknown): Explanation {
  const parsed = ErrorBody.safeParse(body);
  const message = parsed.success ? parsed.data.message : `HTTP status ${status}`;
  return { message, advice: ADVICE[status] };
}

const ADVICE: Record<number, string> = {
  401: "Set RENDER_API_KEY to a key that is valid (Render > Account Settings > API Keys)",
  402: "Add a payment method to the workspace, or choose a free plan (Render > Billing)",
  403: "The key's user may not do this in the workspace: ask an admin of it, or use another key in RENDER_API_KEY",
  429: "Render limits how often this may be asked: wait a minute (an hour for new services), then run the same command again",
};

/** Connects to Render, or to the sandbox's Render. */
export function connect({
  credentials,
  config,
  sandbox,
  http,
}: Connection<Record<string, string | undefined>>): RenderApi {
  const key = credentials.RENDER_API_KEY ?? "";
  const client = http({
    headers: { authorization: `Bearer ${key}` },
    secrets: [key],
    explain,
    requestIdHeader: "render-request-id",
  });
  return new RenderApi(client, { ownerId: config.ownerId ?? "", sandbox });
}
