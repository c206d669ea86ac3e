import { z } from "zod";
import type { GitRepository, Settings } from "./project-inputs.ts";

/** A project as the API answers it, as far as we need it. */
export const ProjectAnswer = z.looseObject({
  id: z.string(),
  name: z.string(),
  accountId: z.string(),
  createdAt: z.number().optional(),
  link: z
    .looseObject({
      type: z.string(),
      productionBranch: z.string().optional(),
      ...{
        org: z.string().optional(),
        repo: z.string().optional(),
        owner: z.string().optional(),
        slug: z.string().optional(),
      },
      ...{ projectNamespace: z.string().optional(), projectName: z.string().optional() },
    })
    .nullish(),
  alias: z.array(z.looseObject({ domain: z.string(), target: z.string().optional() })).nullish(),
});
export type ProjectAnswer = z.output<typeof ProjectAnswer>;

/** How one of our properties is written in the API. */
interface Mapping {
  /** `resourceConfig.fluid` is a field of the object `resourceConfig`. */
  wire: string;
  /** POST takes it too; what it does not take must follow in a PATCH. */
  atCreation?: true;
  /** Sent when the property is removed from the program. Left out: the setting stays as it is, unmanaged. */
  reset?: unknown;
  toWire?(value: never): unknown;
  fromWire?(value: unknown): unknown;
}

const PROTECTION: Record<string, string> = {
  standard_protection: "prod_deployment_urls_and_all_previews",
  standard_protection_new: "all_except_custom_domains",
  all_deployments: "all",
  only_preview_deployments: "preview",
};
const SKEW: Record<string, number> = {
  "30 minutes": 1800,
  "4 hours": 14_400,
  "12 hours": 43_200,
  "1 day": 86_400,
  "7 days": 604_800,
};

type Fields = Record<string, unknown>;

const text = (wire: string): Mapping => ({ wire, atCreation: true, reset: null });
const toggle = (wire: string, reset?: boolean): Mapping => ({ wire, ...(reset === undefined ? {} : { reset }) });

const MAPPINGS: Record<keyof Settings, Mapping> = {
  framework: text("framework"),
  buildCommand: text("buildCommand"),
  devCommand: text("devCommand"),
  installCommand: text("installCommand"),
  outputDirectory: text("outputDirectory"),
  rootDirectory: text("rootDirectory"),
  ignoreCommand: text("commandForIgnoringBuildStep"),
  nodeVersion: { wire: "nodeVersion" },
  vercelAuthentication: {
    ...{ wire: "ssoProtection", atCreation: true, reset: { deploymentType: PROTECTION.standard_protection_new } },
    toWire: ({ deploymentType }: { deploymentType: string }) =>
      deploymentType === "none" ? null : { deploymentType: PROTECTION[deploymentType] },
    fromWire: protectionWord,
  },
  passwordProtection: {
    ...{ wire: "passwordProtection", reset: null },
    toWire: ({ deploymentType, password }: { deploymentType: string; password: string }) =>
      deploymentType === "none" ? null : { deploymentType: PROTECTION[deploymentType], password },
    fromWire: protectionWord,
  },
  resourceConfig: {
    ...{ wire: "resourceConfig", atCreation: true },
    toWire: ({ functionDefaultCpuType, ...rest }: Fields) => ({
      ...rest,
      ...(functionDefaultCpuType === undefined ? {} : { functionDefaultMemoryType: functionDefaultCpuType }),
    }),
    fromWire: (value) => {
      const { fluid, functionDefaultMemoryType, functionDefaultTimeout, functionDefaultRegions } = fields(value);
      return {
        fluid,
        functionDefaultCpuType: functionDefaultMemoryType,
        functionDefaultTimeout,
        functionDefaultRegions,
      };
    },
  },
  onDemandConcurrentBuilds: { ...toggle("resourceConfig.elasticConcurrencyEnabled", false), atCreation: true },
  buildMachineType: { wire: "resourceConfig.buildMachineType", atCreation: true },
  functionFailover: { ...toggle("resourceConfig.functionZeroConfigFailover", false), atCreation: true },
  autoAssignCustomDomains: toggle("autoAssignCustomDomains", true),
  gitProviderOptions: {
    wire: "gitProviderOptions",
    reset: { createDeployments: "enabled" },
    toWire: ({ createDeployments, repositoryDispatchEvents, ...rest }: Fields) => ({
      ...rest,
      ...(createDeployments === undefined ? {} : { createDeployments: createDeployments ? "enabled" : "disabled" }),
      ...(repositoryDispatchEvents === undefined ? {} : { disableRepositoryDispatchEvents: !repositoryDispatchEvents }),
    }),
    fromWire: (value) => {
      const { createDeployments, disableRepositoryDispatchEvents, ...rest } = fields(value);
      return {
        ...rest,
        createDeployments: createDeployments !== "disabled",
        repositoryDispatchEvents: disableRepositoryDispatchEvents !== true,
      };
    },
  },
  gitComments: { wire: "gitComments" },
  gitForkProtection: toggle("gitForkProtection", true),
  gitLfs: toggle("gitLFS", false),
  previewDeploymentsDisabled: { ...toggle("previewDeploymentsDisabled", false), atCreation: true },
  previewDeploymentSuffix: text("previewDeploymentSuffix"),
  enablePreviewFeedback: { wire: "enablePreviewFeedback", atCreation: true, reset: null },
  enableProductionFeedback: { wire: "enableProductionFeedback", atCreation: true, reset: null },
  enableAffectedProjectsDeployments: { ...toggle("enableAffectedProjectsDeployments"), atCreation: true },
  prioritiseProductionBuilds: toggle("productionDeploymentsFastLane"),
  automaticallyExposeSystemEnvironmentVariables: toggle("autoExposeSystemEnvs"),
  customerSuccessCodeVisibility: toggle("customerSupportCodeVisibility", false),
  directoryListing: toggle("directoryListing", false),
  protectedSourcemaps: toggle("protectedSourcemaps"),
  skewProtection: {
    ...{ wire: "skewProtectionMaxAge", reset: 0 },
    toWire: (word: string) => SKEW[word],
    fromWire: (seconds) => Object.keys(SKEW).find((word) => SKEW[word] === seconds) ?? null,
  },
  oidcTokenConfig: {
    ...{ wire: "oidcTokenConfig", atCreation: true, reset: { enabled: true, issuerMode: "team" } },
    toWire: ({ issuerMode }: Fields) => ({ enabled: true, issuerMode }),
    fromWire: (value) => ({ issuerMode: fields(value).issuerMode ?? "team" }),
  },
  optionsAllowlist: { wire: "optionsAllowlist", reset: null },
};

function protectionWord(value: unknown): Fields {
  const known = fields(value).deploymentType;
  const word = Object.keys(PROTECTION).find((name) => PROTECTION[name] === known);
  return { deploymentType: known === undefined ? "none" : (word ?? known) };
}

function fields(value: unknown): Fields {
  return value !== null && typeof value === "object" ? { ...value } : {};
}

/** The body fields for these settings; those that only an update takes are apart. */
export function settingsToWire(settings: Partial<Settings>): { atCreation: Fields; later: Fields } {
  const atCreation: Fields = {};
  const later: Fields = {};
  for (const [property, mapping] of Object.entries(MAPPINGS)) {
    const value = settings[property as keyof Settings];
    if (value === undefined) continue;
    // Each property's own schema has judged the value that its mapping takes.
    put(
      mapping.atCreation ? atCreation : later,
      mapping.wire,
      mapping.toWire?.(value as never) ?? (mapping.toWire ? null : value),
    );
  }
  return { atCreation, later };
}

/** The body of an update: the changed settings, and what resets those that the program no longer names. */
export function changesToWire(settings: Partial<Settings>, changed: Iterable<string>): Fields {
  const names = new Set(changed);
  const kept = Object.fromEntries(Object.entries(settings).filter(([name]) => names.has(name)));
  const { atCreation, later } = settingsToWire(kept);
  const body = { ...atCreation, ...later };
  for (const [property, { wire, reset }] of Object.entries(MAPPINGS)) {
    const removed = names.has(property) && settings[property as keyof Settings] === undefined;
    if (removed && reset !== undefined) put(body, wire, reset);
  }
  return body;
}

function put(body: Fields, wire: string, value: unknown): void {
  const [name = "", inner] = wire.split(".");
  if (inner === undefined) body[name] = isRecord(value) && isRecord(body[name]) ? { ...body[name], ...value } : value;
  else body[name] = { ...fields(body[name]), [inner]: value };
}

function isRecord(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Every setting that the answer names, in our words; null where Vercel has none. */
export function settingsFromWire(answer: ProjectAnswer): Fields {
  const live: Fields = {};
  for (const [property, { wire, fromWire }] of Object.entries(MAPPINGS)) {
    const [name = "", inner] = wire.split(".");
    const value = inner === undefined ? answer[name] : fields(answer[name])[inner];
    if (value !== undefined) live[property] = fromWire ? fromWire(value) : value;
  }
  return live;
}

/** Each Git host's link names its repository differently. */
export function linkFromWire({ link }: ProjectAnswer): GitRepository | null {
  if (!link) return null;
  const { type, productionBranch, org, repo, owner, slug, projectNamespace, projectName } = link;
  const parts =
    type === "gitlab" ? [projectNamespace, projectName] : type === "bitbucket" ? [owner, slug] : [org, repo];
  return {
    type,
    repo: parts.join("/"),
    ...(productionBranch === undefined ? {} : { productionBranch }),
  };
}

/** The vercel.app host; where the answer names none, the one that Vercel gives when the name is free. */
export function productionDomain({ name, alias }: ProjectAnswer): string {
  const hosts = (alias ?? [])
    .filter(({ target }) => target === undefined || target === "PRODUCTION")
    .map(({ domain }) => domain);
  return (
    hosts.find((host) => host === `${name}.vercel.app`) ??
    hosts.find((host) => host.endsWith(".vercel.app")) ??
    `${name}.vercel.app`
  );
}
