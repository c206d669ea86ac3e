import type { InputProblem } from "@mais/provider-kit";
import { z } from "zod";
import { checkVariables, variableInputs } from "./variables.ts";

const BuildFilter = z.strictObject({
  /** Only commits that touch these paths (globs) are deployed. */
  paths: z.array(z.string()).min(1).optional(),
  /** Commits that touch nothing but these paths are not deployed. */
  ignoredPaths: z.array(z.string()).min(1).optional(),
});

const repository = {
  /** `https://github.com/owner/name`. On the sandbox also a local folder, `file:///absolute/path`. */
  repoUrl: z.string().regex(/^(https:\/\/[^/]+\/.+|git@[^:]+:.+|file:\/\/\/.+)/, "is not the URL of a repository"),
  branch: z.string().min(1),
  /** Deploy every push to the branch. `autoDeployTrigger` says it more finely. @defaultValue true */
  autoDeploy: z.boolean().optional(),
  autoDeployTrigger: z.enum(["off", "commit", "checksPass"]).optional(),
  buildFilter: BuildFilter.optional(),
};

const NativeRuntime = z.strictObject({
  ...repository,
  buildCommand: z.string().min(1),
  runtime: z.enum(["elixir", "go", "node", "python", "ruby", "rust"]),
});

const Docker = z.strictObject({
  ...repository,
  /** @defaultValue "." */
  context: z.string().optional(),
  /** @defaultValue "./Dockerfile" */
  dockerfilePath: z.string().optional(),
  registryCredentialId: z.string().optional(),
});

const Image = z.strictObject({
  /** Without tag or digest: `ghcr.io/owner/name`. */
  imageUrl: z.string().min(1),
  tag: z.string().optional(),
  /** `sha256:…`; not together with a tag. */
  digest: z.string().optional(),
  registryCredentialId: z.string().optional(),
});

const RuntimeSource = z.strictObject({
  nativeRuntime: NativeRuntime.optional(),
  docker: Docker.optional(),
  image: Image.optional(),
});
export type RuntimeSource = z.output<typeof RuntimeSource>;

const REGIONS = ["frankfurt", "ohio", "oregon", "singapore", "virginia"] as const;
export const PAID_PLANS = ["starter", "standard", "pro", "pro_plus", "pro_max", "pro_ultra"] as const;

/** What web services, workers and cron jobs have in common. */
export const serviceInputs = {
  ...variableInputs,
  // The kit fills in the automatic name before this is judged, so the empty one is never used.
  name: z.string().min(1, "must not be empty").prefault(""),
  /** Cannot be changed: another region is another service. */
  region: z.enum(REGIONS),
  /** Where the code comes from: exactly one of the three. */
  runtimeSource: RuntimeSource,
  /** Commands run here, and changes elsewhere start no automatic deploy. */
  rootDirectory: z.string().optional(),
  /** Needed with `nativeRuntime`; overrides the image's command otherwise. */
  startCommand: z.string().optional(),
  /** An environment of a `Project`. */
  environmentId: z.string().optional(),
  /**
   * Env groups whose variables the service gets from its first deploy on; an `EnvGroupLink` can only come after that.
   * With the group's `revision`, what changes in the group is deployed, in one deploy with the service's own changes.
   * Links that are not named here are left alone.
   */
  envGroups: z
    .array(z.strictObject({ id: z.string(), revision: z.string().optional() }))
    .min(1)
    .optional(),
  notificationOverride: z
    .strictObject({
      notificationsToSend: z.enum(["default", "all", "failure", "none"]).optional(),
      previewNotificationsEnabled: z.enum(["default", "true", "false"]).optional(),
    })
    .optional(),
  logStreamOverride: z
    .strictObject({
      setting: z.enum(["send", "drop"]),
      endpoint: z.string().optional(),
      /** Render never shows it again. */
      token: z.string().optional(),
    })
    .optional(),
};

const Criterion = z.strictObject({ enabled: z.boolean(), percentage: z.int().min(1).max(90) });

/** What services that keep running have, on top. */
export const runningInputs = {
  /** Left out, it is not managed. Ignored while autoscaling is on. */
  numInstances: z.int().min(1).max(100).optional(),
  autoscaling: z
    .strictObject({
      enabled: z.boolean(),
      min: z.int().min(1).max(100),
      max: z.int().min(1).max(100),
      criteria: z.strictObject({ cpu: Criterion.optional(), memory: Criterion.optional() }),
    })
    .optional(),
  /** Runs before each deploy goes live, with the deploy's variables: migrations. */
  preDeployCommand: z.string().optional(),
  /** How long an old instance may go on after it was asked to stop. @defaultValue 30 */
  maxShutdownDelaySeconds: z.int().min(1).max(300).optional(),
  previews: z.strictObject({ generation: z.enum(["off", "manual", "automatic"]).optional() }).optional(),
  /** Replaced by `previews`. */
  pullRequestPreviewsEnabled: z.boolean().optional(),
  /** A disk ties the service to one instance. Its size can only grow, and it is never taken away by us. */
  disk: z
    .strictObject({
      name: z.string().min(1),
      mountPath: z.string().startsWith("/", "must be an absolute path"),
      sizeGb: z.int().min(1).max(1000),
    })
    .optional(),
};

const CidrBlock = z.strictObject({ cidrBlock: z.string(), description: z.string() });

/** What only web services have. */
export const webInputs = {
  plan: z.enum(["free", ...PAID_PLANS, "custom"]),
  /** A deploy goes live when this path answers 2xx or 3xx. Interval and timeout are Render's. */
  healthCheckPath: z
    .string()
    .regex(/^(\/|$)/, "must start with /")
    .optional(),
  maintenanceMode: z
    .strictObject({
      /** @defaultValue false */
      enabled: z.boolean().optional(),
      /** The page that visitors see; Render's own where it is empty. */
      uri: z.string().optional(),
    })
    .optional(),
  ipAllowLists: z.array(CidrBlock).optional(),
  customDomains: z
    .array(z.strictObject({ name: z.string().regex(/^[a-z0-9.*-]+$/, "is not a domain name in lower case") }))
    .min(1)
    .optional(),
};

export const cronInputs = {
  plan: z.enum(PAID_PLANS),
  /** A cron expression of five fields, in UTC. */
  schedule: z.string().regex(/^(\S+\s+){4}\S+$/, "is not a cron expression of five fields"),
};

const everything = { ...serviceInputs, ...runningInputs, ...webInputs, schedule: cronInputs.schedule };
type Everything = z.output<z.ZodObject<typeof everything>>;
type Shared = "name" | "plan" | "region" | "runtimeSource";

/** Inputs of any kind of service: each kind leaves out what it does not have. */
export type ServiceInputs = Pick<Everything, Shared> & Partial<Omit<Everything, Shared>>;

/** Rules that join several inputs. */
export function checkService(inputs: ServiceInputs): InputProblem[] {
  const { runtimeSource, startCommand, autoscaling, disk, numInstances = 1, previews } = inputs;
  const { nativeRuntime, docker, image } = runtimeSource;
  const problems = checkVariables(inputs);
  const complain = (property: string, reason: string): void => void problems.push({ property, reason });
  if ([nativeRuntime, docker, image].filter(Boolean).length !== 1) {
    complain("runtimeSource", "takes exactly one of nativeRuntime, docker, image");
  }
  if (nativeRuntime && !startCommand) complain("startCommand", "is required with a nativeRuntime");
  if (image?.tag && image.digest) complain("runtimeSource.image", "takes a tag or a digest, not both");
  const { autoDeploy, autoDeployTrigger } = nativeRuntime ?? docker ?? {};
  if (autoDeploy !== undefined && autoDeployTrigger && autoDeploy !== (autoDeployTrigger !== "off")) {
    complain(
      "runtimeSource",
      `contradicts itself: autoDeploy is ${autoDeploy}, autoDeployTrigger ${autoDeployTrigger}`,
    );
  }
  const groups = (inputs.envGroups ?? []).map(({ id }) => id);
  if (new Set(groups).size < groups.length) complain("envGroups", "names a group twice");
  if (autoscaling && autoscaling.min > autoscaling.max) complain("autoscaling", "has a min above its max");
  if (disk && (autoscaling?.enabled || numInstances > 1)) {
    complain("disk", "ties the service to one instance; remove it, or autoscaling and numInstances");
  }
  if (previews?.generation && inputs.pullRequestPreviewsEnabled !== undefined) {
    complain("pullRequestPreviewsEnabled", "is the old form of previews.generation; give one of them");
  }
  return problems;
}
