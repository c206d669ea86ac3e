import * as pulumi from "@pulumi/pulumi";
import { BackgroundWorker } from "@pulumi/render";
import { envVars, nodeService, type Source } from "./service-source.ts";

type RenderArgs = ConstructorParameters<typeof BackgroundWorker>[1];

export interface WorkerTierArgs {
  serviceName: string;
  source: Source;
  region: RenderArgs["region"];
  plan: RenderArgs["plan"];
  instances: number;
  environmentId: pulumi.Input<string>;
  variables: Record<string, pulumi.Input<string>>;
}

/** The queue's worker on Render. */
export class WorkerTier extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(name: string, args: WorkerTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:WorkerTier", name, {}, opts);
    const { serviceName, source, region, plan, instances, environmentId, variables } = args;
    const inputs = { name: serviceName, ...nodeService(source), region, plan, environmentId, numInstances: instances };
    const worker = new BackgroundWorker(name, { ...inputs, envVars: envVars(variables) }, { parent: this });
    this.id = worker.id;
    this.registerOutputs({ id: this.id });
  }
}
