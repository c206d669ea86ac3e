import { orAbsent } from "@mais/provider-kit";
import * as wire from "./account-wire.ts";
import { type Body, PAGE, type Stop, WorkspaceApi } from "./workspace-api.ts";

type Query = Record<string, string | number | readonly string[] | undefined>;

/** What is set up for the workspace as a whole beside its projects, and what can be seen of what runs in it. */
export class AccountApi extends WorkspaceApi {
  notificationSettings({ signal }: Stop) {
    const path = `/notification-settings/owners/${this.ownerId}`;
    return this.http.get(path, { answer: wire.NotificationSettings, signal });
  }

  setNotifications(json: Body, { signal }: Stop) {
    const path = `/notification-settings/owners/${this.ownerId}`;
    return this.http.patch(path, { json, answer: wire.NotificationSettings, signal, repeatable: true });
  }

  /** This list has no cursors. */
  async registryCredentialsNamed(name: string, { signal }: Stop): Promise<wire.RegistryCredential[]> {
    const query = { name, ownerId: this.ownerId, limit: PAGE };
    const found = await this.http.get("/registrycredentials", { query, answer: wire.RegistryCredentials, signal });
    return found.filter((one) => one.name === name);
  }

  createRegistryCredential(body: Body, { signal }: Stop) {
    const json = { ...body, ownerId: this.ownerId };
    return this.http.post("/registrycredentials", { json, answer: wire.RegistryCredential, signal });
  }

  registryCredential(id: string, { signal }: Stop) {
    return orAbsent(this.http.get(`/registrycredentials/${id}`, { answer: wire.RegistryCredential, signal }));
  }

  updateRegistryCredential(id: string, json: Body, { signal }: Stop) {
    return this.http.patch(`/registrycredentials/${id}`, { json, signal, repeatable: true });
  }

  deleteRegistryCredential(id: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/registrycredentials/${id}`, { signal }));
  }

  async webhooksTo(url: string, stop: Stop): Promise<wire.Webhook[]> {
    const found = await this.all("/webhooks", wire.Webhooks, stop, { ownerId: this.ownerId });
    return found.map(({ webhook }) => webhook).filter((webhook) => webhook.url === url);
  }

  createWebhook(body: Body, { signal }: Stop) {
    const json = { ...body, ownerId: this.ownerId };
    return this.http.post("/webhooks", { json, answer: wire.Webhook, signal });
  }

  webhook(id: string, { signal }: Stop) {
    return orAbsent(this.http.get(`/webhooks/${id}`, { answer: wire.Webhook, signal }));
  }

  updateWebhook(id: string, json: Body, { signal }: Stop) {
    return this.http.patch(`/webhooks/${id}`, { json, answer: wire.Webhook, signal, repeatable: true });
  }

  deleteWebhook(id: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/webhooks/${id}`, { signal }));
  }

  /** One page; what it says about the window beyond leads to the next. */
  logPage(query: Query, { signal }: Stop) {
    return this.http.get("/logs", { query: { ...query, ownerId: this.ownerId }, answer: wire.LogPage, signal });
  }

  /** `cpu`, `memory`, `instance-count`, … */
  metric(name: string, query: Query, { signal }: Stop) {
    return this.http.get(`/metrics/${name}`, { query, answer: wire.Metric, signal });
  }
}
