import * as pulumi from "@pulumi/pulumi";
import { Project, ProjectDomain, ProjectEnvironmentVariables } from "@pulumi/vercel";

export interface WebTierArgs {
  /** Unique in the team; also the host under vercel.app. */
  projectName: string;
  /** `owner/name` on GitHub; left out, nothing is linked. */
  repository?: { repo: string; branch: string } | undefined;
  rootDirectory: string;
  nodeVersion: string;
  installCommand?: string | undefined;
  buildCommand?: string | undefined;
  region: string;
  protection: Protection;
  /** A Git push goes live; otherwise it is built and waits until a release promotes it. */
  deployOnPush: boolean;
  /** Vercel's targets that the variables are for. */
  targets: ("production" | "preview")[];
  /** A domain of the team's own; left out, the site is reached under vercel.app. */
  customDomain?: string | undefined;
  variables: Record<string, { value: pulumi.Input<string>; secret: boolean }>;
}

/** `previews`: production is open; `all`: nothing is open; `none`: everything is. */
export type Protection = "none" | "previews" | "all";

/** The official provider's words. https://vercel.com/docs/deployment-protection */
const DEPLOYMENT_TYPE = { none: "none", previews: "only_preview_deployments", all: "all_deployments" } as const;

/** The Next.js site on Vercel. */
export class WebTier extends pulumi.ComponentResource {
  readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: WebTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:WebTier", name, {}, opts);
    const { projectName, rootDirectory, nodeVersion, installCommand, buildCommand, region, targets, customDomain } =
      args;
    const inputs = { name: projectName, framework: "nextjs", nodeVersion, installCommand, buildCommand, ...link(args) };
    const project = new Project(
      name,
      {
        ...inputs,
        rootDirectory: rootDirectory === "." ? undefined : rootDirectory,
        resourceConfig: { functionDefaultRegions: [region] },
        autoAssignCustomDomains: args.deployOnPush,
        vercelAuthentication: { deploymentType: DEPLOYMENT_TYPE[args.protection] },
      },
      { parent: this },
    );
    const variables = Object.entries(args.variables).map(([key, { value, secret }]) => ({
      key,
      value,
      sensitive: secret,
      targets,
    }));
    new ProjectEnvironmentVariables(`${name}-variables`, { projectId: project.id, variables }, { parent: this });
    if (customDomain)
      new ProjectDomain(`${name}-domain`, { projectId: project.id, domain: customDomain }, { parent: this });
    this.projectId = project.id;
    this.registerOutputs({ projectId: this.projectId });
  }
}

function link({ repository }: WebTierArgs) {
  return (
    repository && { gitRepository: { type: "github", repo: repository.repo, productionBranch: repository.branch } }
  );
}
