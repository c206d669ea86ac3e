export { ApiObject } from "./api-object.ts";
export { FirewallConfig } from "./firewall-config.ts";
export { getDeployment, listDeployments } from "./functions.ts";
export { Project } from "./project.ts";
export { ProjectDomain } from "./project-domain.ts";
export { ProjectEnvironmentVariable } from "./project-environment-variable.ts";
export { ProjectEnvironmentVariables } from "./project-environment-variables.ts";
export { ProjectProtectionBypass } from "./project-protection-bypass.ts";
export { Webhook } from "./webhook.ts";
