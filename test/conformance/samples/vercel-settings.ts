import type { ProjectRecord } from "../../../src/sandbox/vercel/state.ts";
import { type InputSample, type Made, type SampleLab, set, stored } from "./sample.ts";

/** Writes a setting under its wire name, as Vercel's dashboard does. */
const wire =
  (fields: Record<string, unknown>) =>
  (lab: SampleLab, { id }: Made) =>
    set(stored<ProjectRecord>(lab, ["vercel", "projects", id]).settings, fields);

const inResources =
  (fields: Record<string, unknown>) =>
  (lab: SampleLab, { id }: Made) => {
    const { settings } = stored<ProjectRecord>(lab, ["vercel", "projects", id]);
    settings.resourceConfig = { ...Object(settings.resourceConfig), ...fields };
  };

const text = (name: string, value = "a", to = "b"): InputSample => ({
  ...{ value, to },
  outside: [wire({ [name]: "theirs" }), wire({ [name]: null })],
});
/** Off, where Vercel's own default is on, and the other way round. */
const toggle = (name: string, value: boolean): InputSample => ({
  ...{ value, to: !value },
  outside: wire({ [name]: !value }),
});

const regions = { functionDefaultRegions: ["fra1"], functionDefaultTimeout: 60 };

export const settings: Record<string, InputSample> = {
  framework: { value: "nextjs", to: "astro", outside: [wire({ framework: "vite" }), wire({ framework: null })] },
  buildCommand: text("buildCommand"),
  devCommand: text("devCommand"),
  installCommand: text("installCommand"),
  outputDirectory: text("outputDirectory"),
  rootDirectory: text("rootDirectory", "apps/a", "apps/b"),
  ignoreCommand: text("commandForIgnoringBuildStep"),
  nodeVersion: { value: "22.x", to: "24.x", outside: wire({ nodeVersion: "20.x" }) },
  vercelAuthentication: {
    ...{ value: { deploymentType: "all_deployments" }, to: { deploymentType: "none" } },
    outside: [wire({ ssoProtection: null }), wire({ ssoProtection: { deploymentType: "preview" } })],
  },
  passwordProtection: {
    value: { deploymentType: "all_deployments", password: "canary-password" },
    to: { deploymentType: "all_deployments", password: "canary-password-2" },
    outside: [wire({ passwordProtection: null }), wire({ passwordProtection: { deploymentType: "preview" } })],
  },
  resourceConfig: {
    value: { ...regions, fluid: true, functionDefaultCpuType: "standard" },
    to: { ...regions, fluid: true, functionDefaultCpuType: "performance", functionDefaultTimeout: 90 },
    outside: [inResources({ functionDefaultTimeout: 30 }), inResources({ functionDefaultRegions: ["iad1"] })],
  },
  onDemandConcurrentBuilds: { value: true, to: false, outside: inResources({ elasticConcurrencyEnabled: false }) },
  buildMachineType: { value: "enhanced", to: "turbo", outside: inResources({ buildMachineType: "standard" }) },
  functionFailover: { value: true, to: false, outside: inResources({ functionZeroConfigFailover: false }) },
  autoAssignCustomDomains: toggle("autoAssignCustomDomains", false),
  gitProviderOptions: {
    value: { createDeployments: false, repositoryDispatchEvents: false },
    to: { createDeployments: true, repositoryDispatchEvents: false, gitCommitStatus: true },
    outside: wire({ gitProviderOptions: { createDeployments: "enabled" } }),
  },
  gitComments: {
    ...{ value: { onCommit: true, onPullRequest: false }, to: { onCommit: true, onPullRequest: true } },
    outside: wire({ gitComments: { onCommit: false, onPullRequest: false } }),
  },
  gitForkProtection: toggle("gitForkProtection", false),
  gitLfs: toggle("gitLFS", true),
  previewDeploymentsDisabled: toggle("previewDeploymentsDisabled", true),
  previewDeploymentSuffix: text("previewDeploymentSuffix", "a.mais.example", "b.mais.example"),
  enablePreviewFeedback: toggle("enablePreviewFeedback", true),
  enableProductionFeedback: toggle("enableProductionFeedback", true),
  enableAffectedProjectsDeployments: toggle("enableAffectedProjectsDeployments", false),
  prioritiseProductionBuilds: toggle("productionDeploymentsFastLane", false),
  automaticallyExposeSystemEnvironmentVariables: toggle("autoExposeSystemEnvs", false),
  customerSuccessCodeVisibility: toggle("customerSupportCodeVisibility", true),
  directoryListing: toggle("directoryListing", true),
  protectedSourcemaps: toggle("protectedSourcemaps", false),
  skewProtection: {
    ...{ value: "12 hours", to: "7 days" },
    outside: [wire({ skewProtectionMaxAge: 1800 }), wire({ skewProtectionMaxAge: 0 })],
  },
  oidcTokenConfig: {
    ...{ value: { issuerMode: "global" }, to: { issuerMode: "team" } },
    outside: wire({ oidcTokenConfig: { enabled: true, issuerMode: "team" } }),
  },
  optionsAllowlist: {
    ...{ value: { paths: [{ value: "/api" }] }, to: { paths: [{ value: "/api" }, { value: "/v2" }] } },
    outside: [wire({ optionsAllowlist: null }), wire({ optionsAllowlist: { paths: [{ value: "/theirs" }] } })],
  },
};
