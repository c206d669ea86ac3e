import * as pulumi from "@pulumi/pulumi";
import { CronJob } from "@pulumi/render";
import { type LogDestination, serviceLogs } from "./log-destination.ts";
import { envVars, nodeService, type Source } from "./service-source.ts";

type RenderArgs = ConstructorParameters<typeof CronJob>[1];

export interface CronTierArgs {
  serviceName: string;
  source: Source;
  region: RenderArgs["region"];
  plan: RenderArgs["plan"];
  /** Five fields, in UTC. */
  schedule: string;
  environmentId: pulumi.Input<string>;
  logs?: LogDestination | undefined;
  variables: Record<string, pulumi.Input<string>>;
}

/** The nightly job on Render. */
export class CronTier extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(name: string, args: CronTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:CronTier", name, {}, opts);
    const { serviceName, source, region, plan, schedule, environmentId } = args;
    const job = new CronJob(
      name,
      {
        ...{ name: serviceName, ...nodeService(source), region, plan, schedule, environmentId },
        logStreamOverride: serviceLogs(args.logs),
        envVars: envVars(args.variables),
      },
      { parent: this },
    );
    this.id = job.id;
    this.registerOutputs({ id: this.id });
  }
}
