import { provider } from "../../../packages/render/provider.ts";
import type { EnvGroup, Environment, Project } from "../../../src/sandbox/render/state.ts";
import { connectTo } from "../../providers/render-run.ts";
import { apiObjects } from "./api-objects.ts";
import { notificationSetting, registryCredential, webhook } from "./render-account.ts";
import { backgroundWorker, cronJob, variables, webService } from "./render-services.ts";
import { erase, type Made, type ResourceSample, type SampleLab, set, stored, type VendorSample } from "./sample.ts";

const PROJECT = "render:index/project:Project";
const GROUP = "render:index/envGroup:EnvGroup";

const onGroup =
  (change: (group: EnvGroup) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<EnvGroup>(lab, ["render", "envGroups", id]));

const envGroup: ResourceSample = {
  named: "name",
  async prepare(lab) {
    const environments = {
      dev: { name: "dev", protectedStatus: "unprotected" },
      test: { name: "test", protectedStatus: "unprotected" },
    };
    const { outputs } = await lab.make(PROJECT, "project", { environments });
    return { ...Object(outputs.environmentIds) };
  },
  inputs: (refs) => ({
    name: { value: "shared-a", to: "shared-b", outside: onGroup((group) => set(group, { name: "theirs" })) },
    environmentId: {
      ...{ value: refs.dev, to: refs.test },
      outside: onGroup((group) => set(group, { environmentId: undefined })),
    },
    envVars: {
      ...{ value: variables.envVars?.value, to: variables.envVars?.to },
      outside: onGroup(({ envVars }) => void envVars.shift()),
    },
    secretFiles: {
      ...{ value: variables.secretFiles?.value, to: variables.secretFiles?.to },
      outside: onGroup(({ secretFiles }) => set(secretFiles[0], { content: "theirs" })),
    },
  }),
  secrets: ["envVars.*.value", "secretFiles.*.content"],
  vanish: (lab, { id }) => erase(lab, ["render", "envGroups", id]),
  // Render does not tell that it made a value up; the revision is ours.
  importDiffers: ["envVars"],
  importHides: ["revision"],
};

const envGroupLink: ResourceSample = {
  async prepare(lab) {
    const worker = {
      ...{ region: "frankfurt", plan: "starter", startCommand: "npm start" },
      runtimeSource: {
        nativeRuntime: {
          repoUrl: "https://github.com/acme/mais",
          branch: "main",
          buildCommand: "npm ci",
          runtime: "node",
        },
      },
    };
    const kind = "render:index/backgroundWorker:BackgroundWorker";
    const [one, two] = [await lab.make(kind, "one", worker), await lab.make(kind, "two", worker)];
    const three = await lab.make(kind, "three", worker);
    const [group, other] = [await lab.make(GROUP, "group", {}), await lab.make(GROUP, "other", {})];
    return { one: one.id, two: two.id, three: three.id, group: group.id, other: other.id };
  },
  inputs: (refs) => ({
    envGroupId: {
      value: refs.group,
      to: refs.other,
      replaces: true,
      outside: "the group is what the link is known by",
    },
    serviceIds: {
      ...{ value: [refs.one, refs.two], to: [refs.three, refs.one] },
      outside: onGroup((group) => set(group, { serviceIds: [String(refs.two)] })),
    },
  }),
  unordered: ["serviceIds"],
  vanish: (lab, { id }) => erase(lab, ["render", "envGroups", id]),
};

const projectOf = (lab: SampleLab, { id }: Made) => stored<Project>(lab, ["render", "projects", id]);
const environmentOf = (lab: SampleLab, { outputs }: Made) => {
  const { dev } = outputs.environmentIds as Record<string, string>;
  return stored<Environment>(lab, ["render", "environments", dev ?? ""]);
};

const ipAllowLists = [{ cidrBlock: "203.0.113.0/24", description: "office" }];
const project: ResourceSample = {
  named: "name",
  inputs: () => ({
    name: { value: "mais-a", to: "mais-b", outside: (lab, made) => set(projectOf(lab, made), { name: "theirs" }) },
    environments: {
      value: {
        dev: { name: "dev", protectedStatus: "unprotected", networkIsolated: true, ipAllowLists },
        test: { name: "test", protectedStatus: "unprotected" },
      },
      to: {
        dev: { name: "development", protectedStatus: "protected", ipAllowLists },
        live: { name: "live", protectedStatus: "protected", networkIsolated: false },
      },
      outside: (lab, made) => set(environmentOf(lab, made), { protectedStatus: "protected" }),
    },
  }),
  vanish: (lab, { id }) => erase(lab, ["render", "projects", id]),
  // An import writes what a program may leave out.
  importDiffers: ["environments"],
};

/** Render over the sandbox; its deploys are live at once. */
export const render: VendorSample = {
  vendor: "render",
  provider: provider as never,
  sandbox: { delays: { renderDeploy: 0 } },
  connect: (sandbox) => connectTo(sandbox),
  resources: {
    "render:index/webService:WebService": webService,
    "render:index/backgroundWorker:BackgroundWorker": backgroundWorker,
    "render:index/cronJob:CronJob": cronJob,
    [GROUP]: envGroup,
    "render:index/envGroupLink:EnvGroupLink": envGroupLink,
    [PROJECT]: project,
    "render:index/registryCredential:RegistryCredential": registryCredential,
    "render:index/notificationSetting:NotificationSetting": notificationSetting,
    "render:index/webhook:Webhook": webhook,
    "render:index/apiObject:ApiObject": apiObjects.render,
  },
};
