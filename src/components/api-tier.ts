import * as pulumi from "@pulumi/pulumi";
import { WebService } from "@pulumi/render";
import { type LogDestination, serviceLogs } from "./log-destination.ts";
import { envVars, nodeService, type Source } from "./service-source.ts";

type RenderArgs = ConstructorParameters<typeof WebService>[1];

export interface ApiTierArgs {
  /** Name of the service, unique in the workspace; also the host under onrender.com. */
  serviceName: string;
  source: Source;
  region: RenderArgs["region"];
  plan: RenderArgs["plan"];
  instances: { min: number; max: number };
  /** The load in percent at which an instance is added. */
  scaling?: { cpu?: number | undefined; memory?: number | undefined } | undefined;
  preDeployCommand?: string | undefined;
  /** How long an instance that is to stop may finish its requests. Render's own: 30 s. */
  shutdownSeconds?: number | undefined;
  healthCheckPath: string;
  /** A domain of the team's own; left out, the service is reached under onrender.com. */
  customDomain?: string | undefined;
  environmentId: pulumi.Input<string>;
  logs?: LogDestination | undefined;
  variables: Record<string, pulumi.Input<string>>;
}

/** The public API: one Render web service that is live only while its health path answers. */
export class ApiTier extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** `https://<slug>.onrender.com` */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: ApiTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:ApiTier", name, {}, opts);
    const { serviceName, source, region, plan, preDeployCommand, healthCheckPath, customDomain, environmentId } = args;
    const service = new WebService(
      name,
      {
        name: serviceName,
        ...nodeService(source),
        region,
        plan,
        environmentId,
        healthCheckPath,
        preDeployCommand,
        maxShutdownDelaySeconds: args.shutdownSeconds,
        logStreamOverride: serviceLogs(args.logs),
        ...size(args),
        customDomains: customDomain ? [{ name: customDomain }] : undefined,
        envVars: envVars(args.variables),
      },
      { parent: this },
    );
    this.id = service.id;
    this.url = service.url;
    this.registerOutputs({ id: this.id, url: this.url });
  }
}

/** A fixed number of instances, or autoscaling between two: Render ignores the number while autoscaling is on. */
export function size({ instances: { min, max }, scaling }: Pick<ApiTierArgs, "instances" | "scaling">) {
  if (min === max) return { numInstances: min };
  const criterion = (percentage: number | undefined) => ({
    enabled: percentage !== undefined,
    percentage: percentage ?? 90,
  });
  const criteria = { cpu: criterion(scaling?.cpu), memory: criterion(scaling?.memory) };
  return { autoscaling: { enabled: true, min, max, criteria } };
}
