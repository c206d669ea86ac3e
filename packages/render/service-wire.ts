import type { ServiceInputs } from "./service-inputs.ts";
import { variablesBody } from "./variables.ts";
import type { Autoscaling } from "./wire.ts";

type Body = Record<string, unknown>;
export type ServiceType = "web_service" | "background_worker" | "cron_job";
export type Changed = ReadonlySet<string>;

const OFF = { enabled: false, percentage: 80 };
const ANYWHERE = [{ cidrBlock: "0.0.0.0/0", description: "everywhere" }];

/** The body that makes a service; its variables are in it, so that the first deploy has them. */
export function createBody(type: ServiceType, inputs: ServiceInputs, ownerId: string): Body {
  const { name, environmentId, region, numInstances, disk } = inputs;
  const given = new Set(Object.keys(inputs).filter((key) => inputs[key as keyof ServiceInputs] !== undefined));
  const { serviceDetails, ...rest } = changeBody(inputs, given, ownerId);
  const details = {
    ...serviceDetails,
    region,
    numInstances,
    autoscaling: inputs.autoscaling && autoscalingBody(inputs.autoscaling),
    disk: disk && diskBody(disk),
  };
  const { envVars, secretFiles } = variablesBody(inputs);
  return defined({
    ...rest,
    type,
    name,
    ownerId,
    environmentId,
    envVars,
    secretFiles,
    serviceDetails: defined(details),
  });
}

/** The body that changes these inputs of a service; `undefined` where none of them is a matter of PATCH. */
export function patchBody(inputs: ServiceInputs, changed: Changed, ownerId: string): Body | undefined {
  const { serviceDetails, ...rest } = changeBody(inputs, changed, ownerId);
  const body = Object.keys(serviceDetails).length > 0 ? { ...rest, serviceDetails } : rest;
  return Object.keys(body).length > 0 ? body : undefined;
}

function changeBody(inputs: ServiceInputs, changed: Changed, ownerId: string): Body & { serviceDetails: Body } {
  const only = (key: keyof ServiceInputs, value: unknown): unknown => (changed.has(key) ? value : undefined);
  const commands = changed.has("runtimeSource") || changed.has("startCommand");
  const serviceDetails = {
    runtime: only("runtimeSource", runtimeOf(inputs)),
    envSpecificDetails: commands ? commandsBody(inputs) : undefined,
    plan: only("plan", inputs.plan),
    schedule: only("schedule", inputs.schedule),
    // An input that was removed goes back to what Render does without it.
    preDeployCommand: only("preDeployCommand", inputs.preDeployCommand ?? ""),
    healthCheckPath: only("healthCheckPath", inputs.healthCheckPath ?? ""),
    maintenanceMode: only("maintenanceMode", { enabled: false, uri: "", ...inputs.maintenanceMode }),
    maxShutdownDelaySeconds: only("maxShutdownDelaySeconds", inputs.maxShutdownDelaySeconds ?? 30),
    ipAllowList: only("ipAllowLists", inputs.ipAllowLists ?? ANYWHERE),
    previews: changed.has("previews") || changed.has("pullRequestPreviewsEnabled") ? previewsBody(inputs) : undefined,
  };
  return {
    ...defined({ name: only("name", inputs.name), rootDir: only("rootDirectory", inputs.rootDirectory ?? "") }),
    ...(changed.has("runtimeSource") ? sourceBody(inputs, ownerId) : {}),
    serviceDetails: defined(serviceDetails),
  };
}

function previewsBody({ previews, pullRequestPreviewsEnabled }: ServiceInputs): Body {
  return { generation: previews?.generation ?? (pullRequestPreviewsEnabled ? "automatic" : "off") };
}

function runtimeOf({ runtimeSource: { nativeRuntime, docker } }: ServiceInputs): string {
  return nativeRuntime?.runtime ?? (docker ? "docker" : "image");
}

function sourceBody({ runtimeSource }: ServiceInputs, ownerId: string): Body {
  const { nativeRuntime, docker, image } = runtimeSource;
  if (image) {
    const { registryCredentialId } = image;
    return { image: defined({ ownerId, imagePath: imagePath(image), registryCredentialId }) };
  }
  const { repoUrl, branch, autoDeploy = true, autoDeployTrigger, buildFilter } = nativeRuntime ?? docker ?? {};
  return {
    repo: repoUrl,
    branch,
    // Not in Render's contract, but what its own provider sends instead of autoDeploy, and what answers carry.
    ...(autoDeployTrigger ? { autoDeployTrigger } : { autoDeploy: autoDeploy ? "yes" : "no" }),
    buildFilter: { paths: buildFilter?.paths ?? [], ignoredPaths: buildFilter?.ignoredPaths ?? [] },
  };
}

function commandsBody({ runtimeSource, startCommand }: ServiceInputs): Body {
  const { nativeRuntime, docker, image } = runtimeSource;
  if (nativeRuntime) return { buildCommand: nativeRuntime.buildCommand, startCommand: startCommand ?? "" };
  return defined({
    dockerCommand: startCommand ?? "",
    dockerContext: docker ? (docker.context ?? ".") : undefined,
    dockerfilePath: docker ? (docker.dockerfilePath ?? "./Dockerfile") : undefined,
    registryCredentialId: (docker ?? image)?.registryCredentialId,
  });
}

export function imagePath({ imageUrl, tag, digest }: { imageUrl: string; tag?: string; digest?: string }): string {
  return digest ? `${imageUrl}@${digest}` : tag ? `${imageUrl}:${tag}` : imageUrl;
}

export function autoscalingBody({
  enabled,
  min,
  max,
  criteria,
}: NonNullable<ServiceInputs["autoscaling"]>): Autoscaling {
  return { enabled, min, max, criteria: { cpu: criteria.cpu ?? OFF, memory: criteria.memory ?? OFF } };
}

export function diskBody({ name, mountPath, sizeGb }: NonNullable<ServiceInputs["disk"]>): Body {
  return { name, mountPath, sizeGB: sizeGb };
}

function defined(fields: Body): Body {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
