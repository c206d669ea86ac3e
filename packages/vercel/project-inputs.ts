import { z } from "zod";

const command = z.string().min(1).max(256);

/** The official provider's words for who may see what. https://vercel.com/docs/deployment-protection */
export const deploymentType = z.enum([
  "none",
  "standard_protection",
  "standard_protection_new",
  "all_deployments",
  "only_preview_deployments",
]);

/** The settings of a project that are a matter of one PATCH; `name` and `gitRepository` have calls of their own. */
export const settings = {
  /** Slug of the framework preset, such as `nextjs`; left out, Vercel builds without one. */
  framework: z.string().min(1).optional(),
  /** Left out, the framework's own. */
  buildCommand: command.optional(),
  devCommand: command.optional(),
  installCommand: command.optional(),
  outputDirectory: command.optional(),
  /** The folder within the repository that holds the application; left out, its root. */
  rootDirectory: command.optional(),
  /** Run before a build; exit code 0 skips the build. */
  ignoreCommand: command.optional(),
  /** `22.x` or `24.x`; Vercel still lets `18.x` and `20.x` stand. */
  nodeVersion: z
    .string()
    .regex(/^(18|20|22|24)\.x$/, "is one of 18.x, 20.x, 22.x, 24.x")
    .optional(),
  /**
   * Who must log in to Vercel to see a deployment.
   * @defaultValue what Vercel gives new projects: everything but the production domains is protected
   */
  vercelAuthentication: z
    .strictObject({ deploymentType: deploymentType.default("standard_protection_new") })
    .optional(),
  /** Needs the Advanced Deployment Protection add-on. The password never comes back, so its drift goes unseen. */
  passwordProtection: z.strictObject({ deploymentType, password: z.string().min(1).max(72) }).optional(),
  resourceConfig: z
    .strictObject({
      fluid: z.boolean().optional(),
      functionDefaultCpuType: z.enum(["standard_legacy", "standard", "performance"]).optional(),
      /** Seconds. */
      functionDefaultTimeout: z.int().min(1).max(900).optional(),
      /** Where functions run, such as `fra1`. */
      functionDefaultRegions: z.array(z.string().min(3).max(4)).min(1).optional(),
    })
    .optional(),
  /** Builds start at once instead of waiting for each other; billed by the minute. */
  onDemandConcurrentBuilds: z.boolean().optional(),
  buildMachineType: z.enum(["standard", "enhanced", "turbo"]).optional(),
  functionFailover: z.boolean().optional(),
  /**
   * Off, a production deployment stays staged until it is promoted: a push to the production branch then builds and
   * changes nothing that users see. https://vercel.com/docs/deployments/promoting-a-deployment
   */
  autoAssignCustomDomains: z.boolean().optional(),
  /** What Vercel does on a Git push; `createDeployments: false` keeps every push, previews included, from deploying. */
  gitProviderOptions: z
    .strictObject({
      createDeployments: z.boolean().optional(),
      requireVerifiedCommits: z.boolean().optional(),
      repositoryDispatchEvents: z.boolean().optional(),
      gitCommitStatus: z.boolean().optional(),
      consolidatedGitCommitStatus: z.strictObject({ enabled: z.boolean(), propagateFailures: z.boolean() }).optional(),
    })
    .optional(),
  gitComments: z.strictObject({ onCommit: z.boolean(), onPullRequest: z.boolean() }).optional(),
  /** Deployments from forks wait for a member's approval. */
  gitForkProtection: z.boolean().optional(),
  gitLfs: z.boolean().optional(),
  previewDeploymentsDisabled: z.boolean().optional(),
  previewDeploymentSuffix: z.string().min(1).optional(),
  enablePreviewFeedback: z.boolean().optional(),
  enableProductionFeedback: z.boolean().optional(),
  /** Builds are skipped where a push touches nothing that the project depends on. */
  enableAffectedProjectsDeployments: z.boolean().optional(),
  prioritiseProductionBuilds: z.boolean().optional(),
  automaticallyExposeSystemEnvironmentVariables: z.boolean().optional(),
  customerSuccessCodeVisibility: z.boolean().optional(),
  directoryListing: z.boolean().optional(),
  protectedSourcemaps: z.boolean().optional(),
  /** How long a browser that loaded an older deployment is still served by it. */
  skewProtection: z.enum(["30 minutes", "4 hours", "12 hours", "1 day", "7 days"]).optional(),
  oidcTokenConfig: z.strictObject({ issuerMode: z.enum(["team", "global"]).default("team") }).optional(),
  /** Paths whose OPTIONS requests pass deployment protection. */
  optionsAllowlist: z
    .strictObject({
      paths: z
        .array(z.strictObject({ value: z.string().startsWith("/") }))
        .min(1)
        .max(5),
    })
    .optional(),
};

export type Settings = z.output<z.ZodObject<typeof settings>>;

/** The repository whose pushes deploy the project. */
export const gitRepository = z.strictObject({
  type: z.string().regex(/^(github|gitlab|bitbucket)$/, "is one of github, gitlab, bitbucket"),
  /** `owner/name` */
  repo: z.string().regex(/^[^/\s]+(\/[^/\s]+)+$/, 'is written "owner/name"'),
  /** Left out, the repository's default branch. */
  productionBranch: z.string().min(1).max(250).optional(),
});

export type GitRepository = z.output<typeof gitRepository>;
