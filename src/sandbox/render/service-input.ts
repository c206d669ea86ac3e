import { z } from "zod";

// Request bodies, field by field as https://api-docs.render.com/reference/create-service and update-service say.

export const REGIONS = ["frankfurt", "ohio", "oregon", "singapore", "virginia"] as const;
const PAID = ["starter", "standard", "pro", "pro_plus", "pro_max", "pro_ultra"] as const;
const LEGACY = ["starter_legacy", "standard_legacy", "standard_plus_legacy", "pro_legacy", "pro_plus_legacy"] as const;
export const WEB_PLANS = ["free", "custom", "starter_plus", "standard_plus", ...PAID, ...LEGACY] as const;
export const NATIVE_RUNTIMES = ["elixir", "go", "node", "python", "ruby", "rust"] as const;
const Runtime = z.enum([...NATIVE_RUNTIMES, "docker", "image"]);

export const CidrBlocks = z.array(z.object({ cidrBlock: z.string(), description: z.string() }));

// "a valid environment variable name must consist of…" is what Render's dashboard says.
export const VariableKey = z.string().regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, "not a valid environment variable name");
export const VariableValue = z.union([z.object({ value: z.string() }), z.object({ generateValue: z.literal(true) })]);
export const Variables = z
  .array(z.object({ key: VariableKey }).and(VariableValue))
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, "duplicate keys are not allowed");
export const SecretFiles = z.array(z.object({ name: z.string().min(1), content: z.string() }));

const Percentage = z.object({ enabled: z.boolean(), percentage: z.int().min(1).max(90) });
export const AutoscalingBody = z
  .object({
    enabled: z.boolean(),
    min: z.int().min(1),
    max: z.int().max(100),
    criteria: z.object({ cpu: Percentage, memory: Percentage }),
  })
  .refine(({ min, max }) => min <= max, "min must not exceed max");

export const DiskBody = z.object({
  name: z.string().min(1),
  mountPath: z.string().startsWith("/"),
  sizeGB: z.int().min(1).default(1),
});

const EnvSpecific = z.object({
  buildCommand: z.string().optional(),
  startCommand: z.string().optional(),
  dockerCommand: z.string().optional(),
  dockerContext: z.string().optional(),
  dockerfilePath: z.string().optional(),
  registryCredentialId: z.string().optional(),
});

const changeable = {
  runtime: Runtime.optional(),
  envSpecificDetails: EnvSpecific.optional(),
};
const running = {
  preDeployCommand: z.string().optional(),
  maxShutdownDelaySeconds: z.int().min(1).max(300).optional(),
  previews: z.object({ generation: z.enum(["off", "manual", "automatic"]).optional() }).optional(),
  pullRequestPreviewsEnabled: z.enum(["yes", "no"]).optional(),
};
const web = {
  healthCheckPath: z.string().optional(),
  maintenanceMode: z.object({ enabled: z.boolean(), uri: z.string() }).optional(),
  ipAllowList: CidrBlocks.optional(),
  renderSubdomainPolicy: z.enum(["enabled", "disabled"]).optional(),
};
const cache = z.object({ profile: z.enum(["no-cache", "origin-controlled", "origin-controlled-all"]) });

const workerPatch = z.object({ ...changeable, ...running, plan: z.enum(PAID).optional() });
export const detailsPatch = {
  web_service: z.object({
    ...changeable,
    ...running,
    ...web,
    plan: z.enum(WEB_PLANS).optional(),
    cache: cache.optional(),
  }),
  private_service: workerPatch,
  background_worker: workerPatch,
  cron_job: z.object({ ...changeable, plan: z.enum(PAID).optional(), schedule: z.string().optional() }),
} as const;

const placed = { region: z.enum(REGIONS).default("oregon") };
const counted = {
  numInstances: z.int().min(1).max(100).optional(),
  autoscaling: AutoscalingBody.optional(),
  disk: DiskBody.optional(),
};
/** Five fields of a cron expression; Render's own parser is not known. */
export const CRON = /^(\S+\s+){4}\S+$/;
const workerPost = workerPatch.extend({ ...placed, ...counted, runtime: Runtime });
export const detailsPost = {
  web_service: detailsPatch.web_service.extend({ ...placed, ...counted, runtime: Runtime }),
  private_service: workerPost,
  background_worker: workerPost,
  cron_job: detailsPatch.cron_job.extend({ ...placed, runtime: Runtime, schedule: z.string().regex(CRON) }),
} as const;

const Image = z.object({
  ownerId: z.string(),
  imagePath: z.string().min(1),
  registryCredentialId: z.string().optional(),
});
const BuildFilter = z.object({
  paths: z.array(z.string()).nullish(),
  ignoredPaths: z.array(z.string()).nullish(),
});

const source = {
  // Undocumented, seen in real traffic of the official provider: it replaces `autoDeploy` there.
  autoDeployTrigger: z.enum(["commit", "checksPass", "off"]).optional(),
  autoDeploy: z.enum(["yes", "no"]).optional(),
  repo: z.string().optional(),
  branch: z.string().optional(),
  image: Image.optional(),
  buildFilter: BuildFilter.nullish(),
  rootDir: z.string().optional(),
};

export const ServicePatch = z.object({
  ...source,
  name: z.string().min(1).optional(),
  serviceDetails: z.unknown().optional(),
});
export type ServicePatch = z.output<typeof ServicePatch>;

export const ServicePost = z.object({
  ...source,
  type: z.enum(["static_site", "web_service", "private_service", "background_worker", "cron_job"]),
  name: z.string().min(1),
  ownerId: z.string(),
  envVars: Variables.nullish(),
  secretFiles: SecretFiles.nullish(),
  environmentId: z.string().optional(),
  serviceDetails: z.unknown().optional(),
});
export type ServicePost = z.output<typeof ServicePost>;

/** Every field of every kind of service, for what is done alike to all of them. */
export type Details = Partial<z.output<(typeof detailsPost)["web_service"]>> & { schedule?: string | undefined };
