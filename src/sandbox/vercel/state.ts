import type { ServiceVersion } from "../service-host.ts";
import type { Collection, Store } from "../store.ts";

/** A Git repository behind a project. */
export interface LinkRecord {
  type: string;
  /** `org/repo` as it was given. */
  repo: string;
  productionBranch: string;
  deployHooks: { id: string; name: string; ref: string; url: string; createdAt: number }[];
  credentialId: string;
  createdAt: number;
  updatedAt: number;
}

/** The production domains point at this deployment from `at` on. */
export interface AliasEvent {
  at: number;
  requestedAt: number;
  deploymentId: string;
  kind: "deploy" | "promote" | "rollback";
  fromDeploymentId: string | null;
  /** The deployment could not be started again. */
  failed?: boolean;
}

export interface ProjectRecord {
  id: string;
  accountId: string;
  name: string;
  createdAt: number;
  updatedAt: number;
  /** Settings under their wire names, as they were last set; what was never set is the vendor's default. */
  settings: Record<string, unknown>;
  link: LinkRecord | undefined;
  aliasEvents: AliasEvent[];
  /** After a rollback new production deployments stay staged until a promote. */
  rolledBack: boolean;
  /** What `autoAssignCustomDomains` was before the rollback; a promote puts it back. */
  assignedBefore?: boolean | undefined;
}

export type Target = "production" | "preview" | "development";

export interface EnvRecord {
  id: string;
  projectId: string;
  key: string;
  value: string;
  type: "plain" | "encrypted" | "sensitive" | "system";
  target: Target[];
  customEnvironmentIds: string[];
  gitBranch: string | undefined;
  comment: string | undefined;
  createdAt: number;
  updatedAt: number;
}

export interface DomainRecord {
  name: string;
  projectId: string;
  gitBranch: string | null;
  customEnvironmentId: string | null;
  redirect: string | null;
  redirectStatusCode: number | null;
  createdAt: number;
  updatedAt: number;
  verified: boolean;
  challenge: string;
}

export interface DeploymentRecord {
  id: string;
  accountId: string;
  projectId: string;
  name: string;
  /** The host name of this deployment alone. */
  url: string;
  target: string | null;
  source: string;
  meta: Record<string, string>;
  gitSource: Record<string, unknown> | undefined;
  createdAt: number;
  /** When the build ends, well or not. */
  endsAt: number;
  canceledAt: number | undefined;
  /** Why the build fails; undefined when it does not. */
  failure: string | undefined;
  /** The variables it was built with. */
  variables: Record<string, string>;
  /** Of a local folder: what is built and served, with the variables of its day. */
  version?: ServiceVersion | undefined;
  /** Whether the service host has built it; absent for a repository elsewhere. */
  host?: "pending" | "done" | undefined;
}

export interface WebhookRecord {
  id: string;
  ownerId: string;
  url: string;
  events: string[];
  /** Undefined: every project of the owner. */
  projectIds: string[] | undefined;
  secret: string;
  createdAt: number;
  updatedAt: number;
}

/** A secret with which a request passes a project's deployment protection. */
export interface BypassRecord {
  secret: string;
  projectId: string;
  scope: "automation-bypass";
  createdAt: number;
  createdBy: string;
  /** The value of `VERCEL_AUTOMATION_BYPASS_SECRET`: true of exactly one of a project's. */
  isEnvVar: boolean;
  note?: string;
}

/** A project's firewall as it was last written. */
export interface FirewallRecord {
  id: string;
  projectId: string;
  ownerId: string;
  /** Raised by each write. */
  version: number;
  updatedAt: string;
  firewallEnabled: boolean;
  rules: Record<string, unknown>[];
  ips: Record<string, unknown>[];
  crs: Record<string, { active: boolean; action: string }>;
  managedRules: Record<string, { active: boolean; action?: string | undefined }>;
  botIdEnabled?: boolean | undefined;
}

/** Where the logs of some projects, or of all, are sent. */
export interface DrainRecord {
  id: string;
  ownerId: string;
  name: string;
  /** Undefined: every project of the owner. */
  projectIds: string[] | undefined;
  schemas: Record<string, { version: string }>;
  delivery: Record<string, unknown>;
  filter: unknown;
  sampling: unknown;
  status: "enabled" | "disabled";
  createdAt: number;
  updatedAt: number;
}

/** What the team's owners have chosen and bought; nothing of it is set through the API. */
export interface TeamRecord {
  addOns: "advanced-deployment-protection"[];
  /** `on` makes every new variable of production and preview sensitive. */
  sensitiveVariables: "default" | "on" | "off";
}

export interface VercelState {
  projects: Collection<ProjectRecord>;
  envs: Collection<EnvRecord>;
  domains: Collection<DomainRecord>;
  deployments: Collection<DeploymentRecord>;
  /** Digests of uploaded files. */
  files: Collection<{ size: number }>;
  teams: Collection<TeamRecord>;
  webhooks: Collection<WebhookRecord>;
  drains: Collection<DrainRecord>;
  /** By their secrets. */
  bypasses: Collection<BypassRecord>;
  /** By their projects. */
  firewalls: Collection<FirewallRecord>;
}

export function stateOf(store: Store): VercelState {
  return {
    projects: store.collection("projects"),
    envs: store.collection("envs"),
    domains: store.collection("domains"),
    deployments: store.collection("deployments"),
    files: store.collection("files"),
    teams: store.collection("teams"),
    webhooks: store.collection("webhooks"),
    drains: store.collection("drains"),
    bypasses: store.collection("bypasses"),
    firewalls: store.collection("firewalls"),
  };
}

/** The key of a domain in its collection: one name can wait for verification in one project only. */
export function domainKey(name: string): string {
  return name.toLowerCase();
}
