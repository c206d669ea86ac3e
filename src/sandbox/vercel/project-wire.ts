import type { Call } from "../emulator.ts";
import { USER } from "./account.ts";
import { currentProduction, deploymentSummary } from "./deployment-state.ts";
import { bypassesOf, bypassesWire } from "./protection-bypasses.ts";
import { type LinkRecord, type ProjectRecord, stateOf } from "./state.ts";

const RESOURCES = {
  fluid: true,
  functionDefaultRegions: ["iad1"],
  functionDefaultTimeout: 300,
  functionDefaultMemoryType: "standard",
  functionZeroConfigFailover: false,
  elasticConcurrencyEnabled: false,
};

/** What a new project has before anybody set anything. Inferred from the official Terraform provider's computed values. */
const DEFAULTS = {
  ...{ framework: null, buildCommand: null, devCommand: null, installCommand: null, outputDirectory: null },
  ...{ rootDirectory: null, commandForIgnoringBuildStep: null, nodeVersion: "24.x", directoryListing: false },
  ...{ autoAssignCustomDomains: true, autoExposeSystemEnvs: true, gitForkProtection: true, gitLFS: false },
  ...{ sourceFilesOutsideRootDirectory: true, customerSupportCodeVisibility: false, protectedSourcemaps: true },
  ...{ enablePreviewFeedback: null, enableProductionFeedback: null, enableAffectedProjectsDeployments: true },
  ...{ previewDeploymentsDisabled: false, previewDeploymentSuffix: null, productionDeploymentsFastLane: true },
  ...{ serverlessFunctionZeroConfigFailover: false, skewProtectionMaxAge: 0, optionsAllowlist: null },
  ...{ passwordProtection: null, trustedIps: null, publicSource: null },
  gitComments: { onCommit: false, onPullRequest: true },
  gitProviderOptions: { createDeployments: "enabled" },
  oidcTokenConfig: { enabled: true, issuerMode: "team" },
  ssoProtection: { deploymentType: "all_except_custom_domains" },
};

const EXPIRATION = {
  expirationDays: 180,
  expirationDaysProduction: 365,
  expirationDaysCanceled: 30,
  expirationDaysErrored: 90,
  deploymentsToKeep: 10,
};

/** A setting as it is in effect. */
export function setting(project: ProjectRecord, name: keyof typeof DEFAULTS): unknown {
  return Object.hasOwn(project.settings, name) ? project.settings[name] : DEFAULTS[name];
}

export function projectWire(project: ProjectRecord, call: Call): Record<string, unknown> {
  const { id, accountId, name, createdAt, updatedAt, settings } = project;
  const state = stateOf(call.store);
  const production = currentProduction(project, call);
  const latest = state.deployments.list().filter(({ projectId }) => projectId === id);
  const { gitProviderOptions, passwordProtection, resourceConfig } = settings;
  return {
    ...DEFAULTS,
    ...settings,
    ...{ accountId, id, name, createdAt, updatedAt },
    gitProviderOptions: { ...DEFAULTS.gitProviderOptions, ...record(gitProviderOptions) },
    resourceConfig: { ...RESOURCES, ...record(resourceConfig) },
    defaultResourceConfig: RESOURCES,
    deploymentExpiration: EXPIRATION,
    // The password itself never comes back.
    passwordProtection: passwordProtection ? { deploymentType: record(passwordProtection).deploymentType } : null,
    alias: aliases(project, call),
    targets: production ? { production: deploymentSummary(production, call) } : {},
    latestDeployments: latest
      .slice(-5)
      .reverse()
      .map((one) => deploymentSummary(one, call)),
    lastAliasRequest: lastAliasRequest(project, call),
    lastRollbackTarget: null,
    live: false,
    creator: { type: "user", user: { id: USER.id }, via: null },
    protectionBypass: bypassesWire(bypassesOf(call, project)),
    ...(project.link ? { link: linkWire(project.link) } : {}),
  };
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" ? { ...value } : {};
}

function aliases(project: ProjectRecord, call: Call): Record<string, unknown>[] {
  const production = currentProduction(project, call);
  const domains = stateOf(call.store).domains.list();
  return domains
    .filter(
      ({ projectId, verified, gitBranch, customEnvironmentId }) =>
        projectId === project.id && verified && !gitBranch && !customEnvironmentId,
    )
    .map(({ name, redirect, redirectStatusCode, createdAt }) => ({
      ...{ domain: name, target: "PRODUCTION", environment: "production", redirect, redirectStatusCode, createdAt },
      deployment: production ? deploymentSummary(production, call) : null,
    }));
}

function lastAliasRequest(project: ProjectRecord, { now }: Call): unknown {
  const last = project.aliasEvents.findLast(({ kind }) => kind !== "deploy");
  if (!last) return null;
  const { kind, deploymentId, fromDeploymentId, requestedAt, at, failed } = last;
  const jobStatus = failed ? "failed" : now.getTime() >= at ? "succeeded" : "in-progress";
  return { type: kind, jobStatus, requestedAt, toDeploymentId: deploymentId, fromDeploymentId };
}

/** Each Git host's repository has a shape of its own. */
function linkWire(link: LinkRecord): Record<string, unknown> {
  const { type, repo, productionBranch, deployHooks, credentialId, createdAt, updatedAt } = link;
  const at = repo.lastIndexOf("/");
  const [owner, name] = [repo.slice(0, at), repo.slice(at + 1)];
  const common = {
    type,
    productionBranch,
    deployHooks,
    gitCredentialId: credentialId,
    createdAt,
    updatedAt,
    sourceless: true,
  };
  if (type === "gitlab") {
    const project = { projectId: String(createdAt), projectName: name, projectNamespace: owner };
    return {
      ...common,
      ...project,
      projectNameWithNamespace: `${owner} / ${name}`,
      projectUrl: `https://gitlab.com/${repo}`,
    };
  }
  if (type === "bitbucket") {
    return { ...common, owner, slug: name, name, uuid: `{${credentialId}}`, workspaceUuid: `{${owner}}` };
  }
  const repoId = type === "vercel" || type === "cursor-origin" ? String(createdAt) : createdAt;
  return { ...common, org: owner, repo: name, repoId };
}
