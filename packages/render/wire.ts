import { z } from "zod";

// Render's answers, as far as we read them. Unknown fields and enum values pass; a missing field that we need is an error.
// https://api-docs.render.com/reference

const text = z.string();
const CidrBlock = z.object({ cidrBlock: text, description: text });
const Percentage = z.object({ enabled: z.boolean(), percentage: z.number() });

export const Autoscaling = z.object({
  enabled: z.boolean(),
  min: z.number(),
  max: z.number(),
  criteria: z.object({ cpu: Percentage, memory: Percentage }),
});
export type Autoscaling = z.output<typeof Autoscaling>;

const EnvSpecificDetails = z.object({
  buildCommand: text.optional(),
  startCommand: text.optional(),
  dockerCommand: text.optional(),
  dockerContext: text.optional(),
  dockerfilePath: text.optional(),
  preDeployCommand: text.optional(),
});

// A union without a discriminator of its own at Render: every field of every kind of service, each optional.
const ServiceDetails = z.object({
  runtime: text.optional(),
  plan: text.optional(),
  region: text.optional(),
  envSpecificDetails: EnvSpecificDetails.optional(),
  url: text.optional(),
  healthCheckPath: text.optional(),
  maintenanceMode: z.object({ enabled: z.boolean(), uri: text }).optional(),
  numInstances: z.number().optional(),
  autoscaling: Autoscaling.nullish(),
  maxShutdownDelaySeconds: z.number().optional(),
  previews: z.object({ generation: text.optional() }).optional(),
  pullRequestPreviewsEnabled: text.optional(),
  ipAllowList: z.array(CidrBlock).nullish(),
  disk: z.object({ id: text, name: text, mountPath: text, sizeGB: z.number() }).nullish(),
  schedule: text.optional(),
});

export const Service = z.object({
  id: text,
  name: text,
  slug: text,
  type: text,
  createdAt: text,
  dashboardUrl: text.optional(),
  environmentId: text.optional(),
  repo: text.optional(),
  branch: text.optional(),
  imagePath: text.optional(),
  registryCredential: z.object({ id: text }).nullish(),
  autoDeploy: text.optional(),
  autoDeployTrigger: text.optional(),
  buildFilter: z.object({ paths: z.array(text).nullish(), ignoredPaths: z.array(text).nullish() }).nullish(),
  rootDir: text.optional(),
  suspended: text.optional(),
  serviceDetails: ServiceDetails,
});
export type Service = z.output<typeof Service>;

export const Created = z.object({ service: Service, deployId: text.optional() });
export const Services = z.array(z.object({ service: Service }));

export const Deploy = z.object({
  id: text,
  status: text,
  createdAt: text,
  trigger: text.optional(),
  startedAt: text.nullish(),
  finishedAt: text.nullish(),
  commit: z.object({ id: text, message: text.optional() }).nullish(),
  image: z.object({ ref: text.optional(), sha: text.optional() }).nullish(),
});
export type Deploy = z.output<typeof Deploy>;
export const Deploys = z.array(z.object({ deploy: Deploy }));

const EnvVar = z.object({ key: text, value: text });
const SecretFile = z.object({ name: text, content: text });
export const EnvVars = z.array(z.object({ envVar: EnvVar, cursor: text }));
export const SecretFiles = z.array(z.object({ secretFile: SecretFile, cursor: text }));

export const CustomDomain = z.object({
  id: text,
  name: text,
  domainType: text.optional(),
  publicSuffix: text.optional(),
  redirectForName: text.optional(),
});
export type CustomDomain = z.output<typeof CustomDomain>;
export const CustomDomains = z.array(z.object({ customDomain: CustomDomain, cursor: text }));

export const NotificationOverride = z.object({ notificationsToSend: text, previewNotificationsEnabled: text });
export const LogStream = z.object({ setting: text, endpoint: text.optional() });

const ServiceLinks = z.array(z.object({ id: text, name: text })).nullish();

export const EnvGroup = z.object({
  id: text,
  name: text,
  createdAt: text,
  environmentId: text.optional(),
  envVars: z.array(EnvVar),
  secretFiles: z.array(SecretFile),
  serviceLinks: ServiceLinks,
});
export type EnvGroup = z.output<typeof EnvGroup>;
export const EnvGroupNames = z.array(z.object({ id: text, name: text, createdAt: text, serviceLinks: ServiceLinks }));

export const Project = z.object({ id: text, name: text, createdAt: text });
export const Projects = z.array(z.object({ project: Project }));

export const Environment = z.object({
  id: text,
  name: text,
  protectedStatus: text,
  networkIsolationEnabled: z.boolean(),
  ipAllowList: z.array(CidrBlock).nullish(),
});
export type Environment = z.output<typeof Environment>;
export const Environments = z.array(z.object({ environment: Environment, cursor: text }));

export const Owner = z.object({ id: text, name: text });
