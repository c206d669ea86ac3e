import * as pulumi from "@pulumi/pulumi";
import { BackgroundWorker } from "@pulumi/render";
import { type LogDestination, serviceLogs } from "./log-destination.ts";
import { envVars, nodeService, type Source } from "./service-source.ts";

type RenderArgs = ConstructorParameters<typeof BackgroundWorker>[1];

export interface WorkerTierArgs {
  serviceName: string;
  source: Source;
  region: RenderArgs["region"];
  plan: RenderArgs["plan"];
  instances: number;
  /** How long an instance that is to stop may go on with its jobs. Render's own: 30 s. */
  shutdownSeconds?: number | undefined;
  environmentId: pulumi.Input<string>;
  logs?: LogDestination | undefined;
  variables: Record<string, pulumi.Input<string>>;
}

/** The queue's worker on Render. */
export class WorkerTier extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(name: string, args: WorkerTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:WorkerTier", name, {}, opts);
    const { serviceName, source, region, plan, environmentId } = args;
    const worker = new BackgroundWorker(
      name,
      {
        ...{ name: serviceName, ...nodeService(source), region, plan, environmentId },
        numInstances: args.instances,
        maxShutdownDelaySeconds: args.shutdownSeconds,
        logStreamOverride: serviceLogs(args.logs),
        envVars: envVars(args.variables),
      },
      { parent: this },
    );
    this.id = worker.id;
    this.registerOutputs({ id: this.id });
  }
}
