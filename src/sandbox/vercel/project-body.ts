import { z } from "zod";
import { TARGETS } from "./env-body.ts";

export const FRAMEWORKS =
  "container blitzjs nextjs gatsby remix react-router astro hexo eleventy docusaurus-2 docusaurus preact solidstart-1 solidstart dojo ember vue scully ionic-angular angular polymer svelte sveltekit sveltekit-1 ionic-react create-react-app gridsome umijs sapper saber stencil nuxtjs redwoodjs hugo jekyll brunch middleman zola hydrogen vite tanstack-start tanstack-start-lovable vitepress vuepress parcel fastapi flask fasthtml django ash factory-eve eve sanity sanity-v2 storybook nitro hono express h3 koa nestjs elysia fastify xmcp python ruby rust axum actix-web bun node go services mastra".split(
    " ",
  );

export const REGIONS =
  "iad1 sfo1 cle1 cdg1 fra1 arn1 sin1 pdx1 lhr1 icn1 bom1 cpt1 dub1 gru1 hkg1 syd1 yul1 hnd1 kix1".split(" ");

const command = z.string().max(256).nullable();
const protectedUrls = z.enum(["all", "preview", "prod_deployment_urls_and_all_previews", "all_except_custom_domains"]);
const toggle = z.boolean();

const resourceConfig = z.strictObject({
  fluid: toggle.optional(),
  functionDefaultRegions: z.array(z.string().max(4)).min(1).optional(),
  functionDefaultTimeout: z.number().min(1).max(900).optional(),
  functionDefaultMemoryType: z.enum(["standard_legacy", "standard", "performance", "performance_xl"]).optional(),
  functionZeroConfigFailover: toggle.optional(),
  elasticConcurrencyEnabled: toggle.optional(),
  buildMachineType: z.enum(["basic", "standard", "enhanced", "turbo", "elastic"]).nullable().optional(),
  buildMachineSelection: z.enum(["fixed", "elastic"]).optional(),
  isNSNBDisabled: toggle.optional(),
});

/** Accepted on create and on update. */
const common = {
  buildCommand: command.optional(),
  commandForIgnoringBuildStep: command.optional(),
  devCommand: command.optional(),
  installCommand: command.optional(),
  outputDirectory: command.optional(),
  rootDirectory: command.optional(),
  framework: z.enum(FRAMEWORKS).nullable().optional(),
  enableAffectedProjectsDeployments: toggle.optional(),
  enablePreviewFeedback: toggle.nullable().optional(),
  enableProductionFeedback: toggle.nullable().optional(),
  oidcTokenConfig: z
    .strictObject({ enabled: toggle.optional(), issuerMode: z.enum(["team", "global"]).optional() })
    .optional(),
  previewDeploymentsDisabled: toggle.nullable().optional(),
  previewDeploymentSuffix: z.string().nullable().optional(),
  publicSource: toggle.nullable().optional(),
  resourceConfig: resourceConfig.optional(),
  serverlessFunctionRegion: z.string().max(4).nullable().optional(),
  serverlessFunctionZeroConfigFailover: toggle.optional(),
  skipGitConnectDuringLink: toggle.optional(),
  ssoProtection: z.strictObject({ deploymentType: protectedUrls }).nullable().optional(),
};

export const gitRepository = z.strictObject({
  type: z.enum(["github", "github-limited", "gitlab", "bitbucket", "vercel", "cursor-origin"]),
  repo: z.string(),
});

export const NewProject = z.strictObject({
  ...common,
  name: z.string().max(100),
  gitRepository: gitRepository.optional(),
  environmentVariables: z
    .array(
      z.strictObject({
        key: z.string(),
        value: z.string(),
        target: z.union([z.enum(TARGETS), z.array(z.enum(TARGETS))]),
        gitBranch: z.string().max(250).optional(),
        type: z.enum(["system", "encrypted", "plain", "sensitive"]).optional(),
      }),
    )
    .optional(),
});

/** Some settings cannot be given at creation; a closed body refuses them there. */
export const ProjectPatch = z.strictObject({
  ...common,
  name: z.string().max(100).optional(),
  nodeVersion: z.enum(["24.x", "22.x", "20.x", "18.x", "16.x", "14.x", "12.x", "10.x"]).optional(),
  autoAssignCustomDomains: toggle.optional(),
  autoExposeSystemEnvs: toggle.optional(),
  customerSupportCodeVisibility: toggle.optional(),
  directoryListing: toggle.optional(),
  gitForkProtection: toggle.optional(),
  gitLFS: toggle.optional(),
  protectedSourcemaps: toggle.optional(),
  sourceFilesOutsideRootDirectory: toggle.optional(),
  enableExternalRewriteCaching: toggle.optional(),
  productionDeploymentsFastLane: toggle.optional(),
  skewProtectionBoundaryAt: z.int().min(0).optional(),
  skewProtectionMaxAge: z.int().min(0).optional(),
  skewProtectionAllowedDomains: z.array(z.string()).optional(),
  gitComments: z.strictObject({ onCommit: toggle, onPullRequest: toggle }).nullable().optional(),
  gitProviderOptions: z
    .strictObject({
      createDeployments: z.enum(["enabled", "disabled"]).optional(),
      requireVerifiedCommits: toggle.optional(),
      disableRepositoryDispatchEvents: toggle.optional(),
      gitCommitStatus: toggle.optional(),
      consolidatedGitCommitStatus: z.strictObject({ enabled: toggle, propagateFailures: toggle }).nullable().optional(),
    })
    .optional(),
  optionsAllowlist: z
    .strictObject({
      paths: z
        .array(z.strictObject({ value: z.string() }))
        .min(1)
        .max(5),
    })
    .nullable()
    .optional(),
  passwordProtection: z
    .strictObject({ deploymentType: protectedUrls, password: z.string().max(72).nullable().optional() })
    .nullable()
    .optional(),
  trustedIps: z
    .strictObject({
      deploymentType: z.union([protectedUrls, z.literal("production")]),
      addresses: z.array(z.strictObject({ value: z.string(), note: z.string().max(20).optional() })).min(1),
      protectionMode: z.enum(["exclusive", "additional"]),
    })
    .nullable()
    .optional(),
  staticIps: z.strictObject({ enabled: toggle }).optional(),
});

export type ProjectSettings = Omit<z.output<typeof ProjectPatch>, "name">;
