import type { Subject, Vendor } from "./subjects.ts";

const CANARY = "canary-secret-value-71";
const login = { name: "ghcr", registry: "GITHUB", username: "mais", authToken: CANARY };
const alarm = { name: "alarm", url: "https://ops.mais.example/render", enabled: true };

/** What a workspace has beside its services and projects. */
export function renderAccountSubjects(render: Vendor): Subject[] {
  return [
    {
      ...{ vendor: render, type: "registryCredential:RegistryCredential" },
      inputs: () => login,
      changed: () => ({ ...login, username: "mais-bot" }),
    },
    {
      ...{ vendor: render, type: "notificationSetting:NotificationSetting" },
      inputs: () => ({ notificationsToSend: "failure" }),
      changed: () => ({ notificationsToSend: "all" }),
    },
    {
      ...{ vendor: render, type: "webhook:Webhook" },
      inputs: () => ({ ...alarm, eventFilters: ["deploy_ended"] }),
      changed: () => ({ ...alarm, eventFilters: ["deploy_ended", "server_failed"] }),
    },
  ];
}
