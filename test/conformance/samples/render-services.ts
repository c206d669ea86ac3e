import {
  type CustomDomain,
  type Disk,
  type EnvGroup,
  envGroups,
  SANDBOX_OWNER,
  type Service,
} from "../../../src/sandbox/render/state.ts";
import {
  erase,
  type InputSample,
  type Made,
  type Properties,
  type ResourceSample,
  type SampleLab,
  set,
  stored,
} from "./sample.ts";

const source = {
  ...{ repoUrl: "https://github.com/acme/mais", branch: "main", buildCommand: "npm ci", runtime: "node" },
  autoDeploy: false,
};
const cpu = { enabled: true, percentage: 60 };
const FIXED = "Render can move no service to another region, so nobody can";

/** An outsider's hand on the stored service. */
const onService =
  (change: (service: Service) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<Service>(lab, ["render", "services", id]));

const ownedBy = <T extends { serviceId: string }>(lab: SampleLab, kind: string, { id }: Made): T => {
  const found = lab.sandbox
    .store("render")
    .collection<T>(kind)
    .list()
    .find(({ serviceId }) => serviceId === id);
  if (!found) throw new Error(`Service ${id} has nothing of the kind ${kind}`);
  return found;
};

export const variables: Record<string, InputSample> = {
  envVars: {
    value: { JWT_SECRET: { value: "canary-one" }, LOG_LEVEL: { value: "info" }, TOKEN: { generateValue: true } },
    to: { JWT_SECRET: { value: "canary-two" }, CORS_ORIGIN: { value: "*" }, TOKEN: { generateValue: true } },
    outside: onService(({ envVars }) => set(envVars[0], { value: "changed" })),
  },
  secretFiles: {
    value: { "key.pem": { content: "canary-file" } },
    to: { "other.pem": { content: "canary-file" } },
    outside: onService(({ secretFiles }) => void secretFiles.pop()),
  },
};

function sharedInputs(refs: Properties): Record<string, InputSample> {
  return {
    ...variables,
    name: { value: "mais-dev-a", to: "mais-dev-b", outside: onService((service) => set(service, { name: "theirs" })) },
    region: { value: "frankfurt", to: "oregon", replaces: true, outside: FIXED },
    plan: { value: "starter", to: "standard", outside: onService(({ settings }) => set(settings, { plan: "pro" })) },
    runtimeSource: {
      value: { nativeRuntime: source },
      to: { nativeRuntime: { ...source, branch: "next", buildFilter: { ignoredPaths: ["docs/**"] } } },
      outside: onService((service) => set(service, { branch: "theirs" })),
    },
    rootDirectory: {
      value: "apps/a",
      to: "apps/b",
      outside: onService((service) => set(service, { rootDir: "theirs" })),
    },
    startCommand: {
      ...{ value: "npm start", to: "node ." },
      outside: onService(({ settings }) => set(settings, { startCommand: "theirs" })),
    },
    environmentId: {
      ...{ value: refs.dev, to: refs.test },
      outside: [
        onService((service) => set(service, { environmentId: String(refs.test) })),
        onService((service) => set(service, { environmentId: undefined })),
      ],
    },
    envGroups: {
      // Not beside all the others: each create would link, cancel and deploy once more.
      ...{ value: [{ id: refs.one, revision: "1" }, { id: refs.two }], to: [{ id: refs.two }], instead: {} },
      importSpells: "a link may be an EnvGroupLink's, and nobody can tell",
      outside: (lab, { id }) => {
        const group = stored<EnvGroup>(lab, ["render", "envGroups", String(refs.one)]);
        set(group, { serviceIds: group.serviceIds.filter((other) => other !== id) });
      },
    },
    notificationOverride: {
      value: { notificationsToSend: "failure", previewNotificationsEnabled: "false" },
      to: { notificationsToSend: "all", previewNotificationsEnabled: "false" },
      outside: onService(({ notifications }) => set(notifications, { notificationsToSend: "none" })),
    },
    logStreamOverride: {
      value: { setting: "send", endpoint: "logs.example:1234", token: "canary-token" },
      to: { setting: "send", endpoint: "logs.example:1234", token: "canary-token-2" },
      outside: [
        onService((service) => set(service, { logStream: { setting: "send", endpoint: "theirs.example:1" } })),
        onService((service) => set(service, { logStream: undefined })),
      ],
    },
  };
}

function runningInputs(): Record<string, InputSample> {
  const alone = { numInstances: undefined };
  return {
    numInstances: { value: 2, to: 3, outside: onService(({ settings }) => set(settings, { numInstances: 5 })) },
    autoscaling: {
      ...{ value: { enabled: true, min: 1, max: 3, criteria: { cpu } }, instead: alone },
      to: { enabled: true, min: 2, max: 3, criteria: { cpu, memory: { enabled: true, percentage: 80 } } },
      outside: [
        onService(({ settings }) => set(settings.autoscaling, { max: 9 })),
        onService(({ settings }) => set(settings, { autoscaling: undefined })),
      ],
    },
    preDeployCommand: {
      ...{ value: "npm run migrate", to: "npx prisma migrate deploy" },
      outside: onService(({ settings }) => set(settings, { preDeployCommand: "theirs" })),
    },
    maxShutdownDelaySeconds: {
      ...{ value: 60, to: 90 },
      outside: onService(({ settings }) => set(settings, { maxShutdownDelaySeconds: 5 })),
    },
    previews: {
      ...{ value: { generation: "manual" }, to: { generation: "automatic" } },
      outside: onService(({ settings }) => set(settings, { previews: "off" })),
    },
    pullRequestPreviewsEnabled: {
      importSpells: "it is the old form of previews",
      ...{ value: true, to: false, instead: { previews: undefined } },
      outside: onService(({ settings }) => set(settings, { previews: "off" })),
    },
    disk: {
      ...{
        value: { name: "data", mountPath: "/data", sizeGb: 1 },
        to: { name: "data", mountPath: "/data", sizeGb: 5 },
      },
      ...{ instead: alone, keeps: /holds data and is not deleted by us/ },
      outside: [
        (lab, made) => set(ownedBy<Disk>(lab, "disks", made), { mountPath: "/theirs" }),
        (lab, made) => erase(lab, ["render", "disks", ownedBy<Disk>(lab, "disks", made).id]),
      ],
    },
  };
}

const office = { cidrBlock: "203.0.113.0/24", description: "office" };

const webOnly: Record<string, InputSample> = {
  healthCheckPath: {
    ...{ value: "/health", to: "/ready" },
    outside: onService(({ settings }) => set(settings, { healthCheckPath: "/theirs" })),
  },
  maintenanceMode: {
    ...{ value: { enabled: false, uri: "https://mais.example/back-soon" }, to: { enabled: true, uri: "" } },
    outside: onService(({ settings }) => set(settings.maintenanceMode, { enabled: true })),
  },
  ipAllowLists: {
    value: [office, { cidrBlock: "198.51.100.7/32", description: "probe" }],
    to: [office, { cidrBlock: "198.51.100.8/32", description: "another" }],
    outside: onService(({ settings }) => set(settings, { ipAllowList: [] })),
  },
  customDomains: {
    ...{ value: [{ name: "api.mais.example" }, { name: "old.mais.example" }], to: [{ name: "api.mais.example" }] },
    outside: (lab, made) => {
      const { id } = ownedBy<CustomDomain>(lab, "customDomains", made);
      erase(lab, ["render", "customDomains", id]);
    },
  },
};

function groupIn({ sandbox }: SampleLab, id: string): string {
  const at = { createdAt: "2026-01-01T00:00:00.000000Z", updatedAt: "2026-01-01T00:00:00.000000Z" };
  const empty = { ownerId: SANDBOX_OWNER, envVars: [], secretFiles: [], serviceIds: [], ...at };
  return envGroups(sandbox.store("render")).set(id, { id, name: id, ...empty }).id;
}

const service = {
  named: "name",
  async prepare(lab: SampleLab) {
    const environments = {
      dev: { name: "dev", protectedStatus: "unprotected" },
      test: { name: "test", protectedStatus: "unprotected" },
    };
    const { outputs } = await lab.make("render:index/project:Project", "project", { environments });
    return { ...Object(outputs.environmentIds), one: groupIn(lab, "evg-one"), two: groupIn(lab, "evg-two") };
  },
  secrets: ["envVars.*.value", "secretFiles.*.content", "logStreamOverride"],
  unordered: ["envGroups"],
  vanish: (lab: SampleLab, { id }: Made) => erase(lab, ["render", "services", id]),
  // Render tells neither the token of a log stream nor that it made a value up.
  importDiffers: ["envVars", "logStreamOverride"],
};

export const webService: ResourceSample = {
  holdsData: { with: "disk" },
  ...service,
  inputs: (refs) => ({ ...sharedInputs(refs), ...runningInputs(), ...webOnly }),
  unordered: ["customDomains", "envGroups", "ipAllowLists"],
  // Only the names of their elements' types differ: the bridge puts those into the singular.
  officialDiffers: ["activeCustomDomains", "customDomains", "ipAllowLists"],
};

export const backgroundWorker: ResourceSample = {
  holdsData: { with: "disk" },
  ...service,
  inputs: (refs) => ({ ...sharedInputs(refs), ...runningInputs() }),
};

export const cronJob: ResourceSample = {
  ...service,
  inputs: (refs) => ({
    ...sharedInputs(refs),
    schedule: {
      ...{ value: "0 3 * * *", to: "0 4 * * *" },
      outside: onService(({ settings }) => set(settings, { schedule: "0 5 * * *" })),
    },
  }),
};
