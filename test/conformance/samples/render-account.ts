import {
  type RegistryCredential,
  registryCredentials,
} from "../../../src/sandbox/render/registry-credential-routes.ts";
import { SANDBOX_OWNER } from "../../../src/sandbox/render/state.ts";
import { erase, type Made, type ResourceSample, type SampleLab, set, stored } from "./sample.ts";

/** Somebody else in the workspace, through the API itself. */
async function patch(lab: SampleLab, path: string, body: object): Promise<void> {
  const headers = { authorization: "Bearer sandbox_render" };
  const url = `${lab.sandbox.url("render")}/v1${path}`;
  const answer = await fetch(url, { method: "PATCH", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`PATCH ${path} answered ${answer.status}`);
}

const settings = (change: object) => (lab: SampleLab) =>
  patch(lab, `/notification-settings/owners/${SANDBOX_OWNER}`, change);

export const notificationSetting: ResourceSample = {
  inputs: () => ({
    // None of the values is what Render sets by itself.
    emailEnabled: { value: false, to: true, outside: settings({ emailEnabled: true }) },
    notificationsToSend: { value: "all", to: "none", outside: settings({ notificationsToSend: "failure" }) },
    previewNotificationsEnabled: {
      ...{ value: true, to: false },
      outside: settings({ previewNotificationsEnabled: false }),
    },
  }),
  stays: true,
  vanish: "never",
};

const onCredential =
  (change: Partial<RegistryCredential>) =>
  (lab: SampleLab, { id }: Made) =>
    set(registryCredentials(lab.sandbox.store("render")).get(id), change);

export const registryCredential: ResourceSample = {
  named: "name",
  inputs: () => ({
    name: { value: "ghcr-a", to: "ghcr-b", outside: onCredential({ name: "theirs" }) },
    registry: { value: "GITHUB", to: "GITLAB", outside: onCredential({ registry: "DOCKER" }) },
    username: { value: "mais", to: "mais-bot", outside: onCredential({ username: "theirs" }) },
    authToken: { value: "canary-token", to: "canary-token-2", outside: "Render never shows the token again" },
  }),
  secrets: ["authToken"],
  vanish: (lab, { id }) => erase(lab, ["render", "registryCredentials", id]),
  importDiffers: ["authToken"],
  importLacks: ["authToken"],
};

interface StoredWebhook {
  name: string;
  url: string;
  enabled: boolean;
  eventFilter: string[] | null;
}

const onWebhook =
  (change: Partial<StoredWebhook>) =>
  (lab: SampleLab, { id }: Made) =>
    set(stored<StoredWebhook>(lab, ["render", "webhooks", id]), change);

export const webhook: ResourceSample = {
  named: "name",
  inputs: () => ({
    name: { value: "alarm-a", to: "alarm-b", outside: onWebhook({ name: "theirs" }) },
    url: {
      ...{ value: "https://ops.mais.example/render", to: "https://ops.mais.example/other" },
      outside: onWebhook({ url: "https://theirs.example/render" }),
    },
    enabled: { value: true, to: false, outside: onWebhook({ enabled: false }) },
    eventFilters: {
      ...{ value: ["deploy_ended", "server_failed"], to: ["deploy_ended"] },
      outside: [onWebhook({ eventFilter: ["deploy_started"] }), onWebhook({ eventFilter: [] })],
    },
  }),
  secrets: ["secret"],
  unordered: ["eventFilters"],
  vanish: (lab, { id }) => erase(lab, ["render", "webhooks", id]),
};
