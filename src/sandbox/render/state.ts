import { Buffer } from "node:buffer";
import type { DeployStep, ServiceVersion } from "../service-host.ts";
import type { Collection, Store } from "../store.ts";
import type { World } from "../world.ts";

/** The workspace that the sandbox's key belongs to. */
export const SANDBOX_OWNER = "tea-sandbox0000000000000";

export type ServiceType = "web_service" | "private_service" | "background_worker" | "cron_job";
export type Suspender = "user";

export interface Variable {
  key: string;
  value: string;
}

export interface SecretFile {
  name: string;
  content: string;
}

export interface CidrBlock {
  cidrBlock: string;
  description: string;
}

export interface Autoscaling {
  enabled: boolean;
  min: number;
  max: number;
  criteria: { cpu: { enabled: boolean; percentage: number }; memory: { enabled: boolean; percentage: number } };
}

/** What Render nests in `serviceDetails` and `envSpecificDetails`, flat. */
export interface ServiceSettings {
  runtime: string;
  plan: string;
  region: string;
  buildCommand: string;
  /** The start command of native runtimes, the Docker command of the others. */
  startCommand: string;
  dockerContext: string;
  dockerfilePath: string;
  registryCredentialId?: string | undefined;
  preDeployCommand?: string | undefined;
  healthCheckPath: string;
  maintenanceMode: { enabled: boolean; uri: string };
  maxShutdownDelaySeconds?: number | undefined;
  ipAllowList?: CidrBlock[] | undefined;
  previews: string;
  renderSubdomainPolicy: string;
  cacheProfile?: string | undefined;
  numInstances: number;
  autoscaling?: Autoscaling | undefined;
  schedule?: string | undefined;
}

/** A deploy that was asked for and waits for the one that runs. */
export interface QueuedDeploy {
  commitId?: string | undefined;
  imageUrl?: string | undefined;
  clearCache: boolean;
  /** The deploy whose build it runs again. */
  reuseId?: string | undefined;
}

export interface Service {
  id: string;
  type: ServiceType;
  name: string;
  slug: string;
  ownerId: string;
  autoDeployTrigger: "commit" | "checksPass" | "off";
  repo?: string | undefined;
  branch?: string | undefined;
  imagePath?: string | undefined;
  buildFilter?: { paths: string[]; ignoredPaths: string[] } | undefined;
  rootDir: string;
  environmentId?: string | undefined;
  suspenders: Suspender[];
  settings: ServiceSettings;
  envVars: Variable[];
  secretFiles: SecretFile[];
  notifications: { notificationsToSend: string; previewNotificationsEnabled: string };
  logStream?: { setting: string; endpoint: string } | undefined;
  queuedDeploy?: QueuedDeploy | undefined;
  createdAt: string;
  updatedAt: string;
}

export interface Deploy {
  id: string;
  serviceId: string;
  trigger: string;
  commit: { id: string; message: string; createdAt: string } | null;
  image?: { ref: string; sha: string } | undefined;
  /** Brings a build or an image of its own, instead of running an earlier deploy's again. */
  fresh: boolean;
  /** Steps that this deploy goes through before the update. */
  builds: boolean;
  immediate: boolean;
  hasPreDeploy: boolean;
  /** What the service host says about the started version; `none` where nothing is started. */
  host: "none" | "pending" | "ok" | "failed";
  /** Where the service host is with it, or where it failed. */
  hostStep?: DeployStep | undefined;
  /** Why the host could not start it, shown in the service's log, never in the API. */
  hostMessage?: string | undefined;
  hostSettledAt?: string | undefined;
  canceledAt?: string | undefined;
  /** Settings and variables as they were when it was asked for. */
  version: ServiceVersion;
  createdAt: string;
}

export interface CustomDomain {
  id: string;
  serviceId: string;
  name: string;
  domainType: "apex" | "subdomain";
  publicSuffix: string;
  redirectForName: string;
  verified: boolean;
  createdAt: string;
}

export interface Disk {
  id: string;
  serviceId: string;
  name: string;
  mountPath: string;
  sizeGB: number;
  createdAt: string;
  updatedAt: string;
}

export interface EnvGroup {
  id: string;
  name: string;
  ownerId: string;
  environmentId?: string | undefined;
  envVars: Variable[];
  secretFiles: SecretFile[];
  serviceIds: string[];
  createdAt: string;
  updatedAt: string;
}

export interface Project {
  id: string;
  name: string;
  ownerId: string;
  createdAt: string;
  updatedAt: string;
}

export interface Environment {
  id: string;
  projectId: string;
  name: string;
  protectedStatus: string;
  networkIsolationEnabled: boolean;
  ipAllowList?: CidrBlock[] | undefined;
}

export interface Owner {
  id: string;
  name: string;
  email: string;
  type: "team" | "user";
  /** What becomes of a deploy while another one runs. Set in the dashboard only, so here in the store. */
  overlap?: "override" | "wait";
}

export interface CronRun {
  id: string;
  serviceId: string;
  startedAt: string;
  canceledAt?: string | undefined;
  finishedAt?: string | undefined;
  /** How it ended, where the service host ran it. */
  succeeded?: boolean | undefined;
  /** The service host has it: it ends by itself. */
  isRun?: boolean | undefined;
}

export const owners = (store: Store): Collection<Owner> => store.collection("owners");
export const services = (store: Store): Collection<Service> => store.collection("services");
export const deploys = (store: Store): Collection<Deploy> => store.collection("deploys");
export const customDomains = (store: Store): Collection<CustomDomain> => store.collection("customDomains");
export const disks = (store: Store): Collection<Disk> => store.collection("disks");
export const envGroups = (store: Store): Collection<EnvGroup> => store.collection("envGroups");
export const projects = (store: Store): Collection<Project> => store.collection("projects");
export const environments = (store: Store): Collection<Environment> => store.collection("environments");
export const cronRuns = (store: Store): Collection<CronRun> => store.collection("cronRuns");

const ALPHABET = "0123456789abcdefghijklmnopqrstuv";

/** Render's ids sort by age: seconds, a machine's part, a counter, as 20 base-32 digits. */
export function newId(world: World, prefix: string): string {
  world.ids.text(1);
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(Math.floor(world.clock.now().getTime() / 1000) % 2 ** 32, 0);
  bytes.write("mais-", 4, "latin1");
  bytes.writeUIntBE(world.ids.next % 2 ** 24, 9, 3);
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const digits = bits.padEnd(100, "0").match(/.{5}/g) ?? [];
  return `${prefix}-${digits.map((digit) => ALPHABET[Number.parseInt(digit, 2)]).join("")}`;
}

/** Render writes microseconds; the sandbox's clock knows milliseconds. */
export function stamp(at: Date): string {
  return at.toISOString().replace("Z", "000Z");
}

export function millis(at: string): number {
  return Date.parse(at);
}

/** A value that Render makes up for `generateValue`: base64 of 256 random bits. */
export function generatedValue(world: World): string {
  return Buffer.from(world.ids.text(64, "0123456789abcdef"), "hex").toString("base64");
}
