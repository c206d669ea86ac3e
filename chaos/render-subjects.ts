import type { Subject, Vendor } from "./subjects.ts";

const CANARY = "canary-secret-value-71";
const login = { name: "ghcr", registry: "GITHUB", username: "mais", authToken: CANARY };
const alarm = { name: "alarm", url: "https://ops.mais.example/render", enabled: true };

const source = { repoUrl: "https://github.com/acme/mais", branch: "main", buildCommand: "npm ci", runtime: "node" };
const grouped = {
  ...{ name: "grouped", plan: "starter", region: "frankfurt", startCommand: "npm start" },
  runtimeSource: { nativeRuntime: { ...source, autoDeploy: false } },
};

/** A service with its groups, and what a workspace has beside its services and projects. */
export function renderAccountSubjects(render: Vendor): Subject[] {
  return [
    {
      ...{ vendor: render, type: "webService:WebService" },
      async prepare(make) {
        const one = await make("envGroup:EnvGroup", "one", { name: "one", envVars: { A: { value: CANARY } } });
        const two = await make("envGroup:EnvGroup", "two", { name: "two", envVars: { B: { value: CANARY } } });
        return { one: one.id, two: two.id };
      },
      inputs: ({ one }) => ({ ...grouped, envGroups: [{ id: one, revision: "1" }] }),
      changed: ({ two }) => ({ ...grouped, envGroups: [{ id: two, revision: "1" }] }),
    },
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
