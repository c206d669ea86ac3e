import assert from "node:assert/strict";
import { createHttp } from "@mais/provider-kit/plugin";
import { explain, Vercel } from "../../../packages/vercel/client.ts";
import { provider } from "../../../packages/vercel/provider.ts";
import type { DomainRecord, EnvRecord, ProjectRecord } from "../../../src/sandbox/vercel/state.ts";
import type { Sandbox } from "../../helpers/sandbox.ts";
import { apiObjects } from "./api-objects.ts";
import {
  erase,
  type Made,
  type ResourceSample,
  type SampleLab,
  set,
  stored,
  type VendorSample,
  wholeInputs,
} from "./sample.ts";
import { BYPASS, protectionBypass } from "./vercel-bypass.ts";
import { FIREWALL, firewallConfig } from "./vercel-firewall.ts";
import { settings } from "./vercel-settings.ts";
import { webhook } from "./vercel-webhook.ts";

const PROJECT = "vercel:index/project:Project";
const onProject =
  (change: (project: ProjectRecord) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<ProjectRecord>(lab, ["vercel", "projects", id]));

const project: ResourceSample = {
  named: "name",
  async prepare({ sandbox }) {
    const team = { addOns: ["advanced-deployment-protection"], sensitiveVariables: "default" };
    sandbox.store("vercel").collection("teams").set("team_sandbox", team);
    return {};
  },
  inputs: () => ({
    name: { value: "web-a", to: "web-b", outside: onProject((one) => set(one, { name: "theirs" })) },
    gitRepository: {
      value: { type: "github", repo: "acme/mais", productionBranch: "stable" },
      to: { type: "gitlab", repo: "acme/tools/mais", productionBranch: "stable" },
      outside: [
        onProject(({ link }) => set(link, { productionBranch: "theirs" })),
        onProject((one) => set(one, { link: undefined })),
      ],
    },
    ...settings,
  }),
  secrets: ["passwordProtection"],
  vanish: (lab, { id }) => erase(lab, ["vercel", "projects", id]),
  // The password never comes back; what is left out of an object shows on import.
  importDiffers: ["passwordProtection"],
  importLacks: ["passwordProtection.password"],
  // Theirs is an input too; ours is the provider's own team.
  officialDiffers: ["teamId"],
};

async function twoProjects(lab: SampleLab) {
  const [one, two] = [await lab.make(PROJECT, "one", {}), await lab.make(PROJECT, "two", {})];
  return { one: one.id, two: two.id };
}

const onDomain =
  (fields: Partial<DomainRecord>) =>
  (lab: SampleLab, { inputs }: Made) =>
    set(stored<DomainRecord>(lab, ["vercel", "domains", String(inputs.domain)]), fields);
const plain = { redirect: undefined, redirectStatusCode: undefined };

const projectDomain: ResourceSample = {
  prepare: twoProjects,
  inputs: ({ one, two }) => ({
    projectId: { value: one, to: two, replaces: true, outside: "the project is what the domain's id begins with" },
    domain: { value: "a.mais.example", to: "b.mais.example", replaces: true, outside: "it is the domain's own name" },
    redirect: { value: "mais.example", to: "www.mais.example", outside: onDomain({ redirect: "theirs.example" }) },
    redirectStatusCode: { value: 308, to: 307, outside: onDomain({ redirectStatusCode: 301 }) },
    gitBranch: {
      ...{ value: "next", to: "beta", instead: plain },
      outside: [onDomain({ gitBranch: "theirs" }), onDomain({ gitBranch: null })],
    },
    customEnvironmentId: {
      ...{ value: "env_qa", to: "env_uat", instead: plain },
      outside: [onDomain({ customEnvironmentId: "env_theirs" }), onDomain({ customEnvironmentId: null })],
    },
    waitForReady: { value: true, to: false, outside: "it says how we wait" },
  }),
  effects: {
    "waitForReady waits for the record in DNS, at creation and later": async ({ engine, urn, samples }) => {
      const { redirect: _redirect, redirectStatusCode: _code, ...whole } = wholeInputs(samples);
      const pending = { ...whole, domain: "pending.mais.example" };
      const hurried = await engine.create(urn, { ...pending, waitForReady: false });
      assert.equal(hurried.outputs.properties.verified, false);
      const patient = await engine.update(hurried, { ...pending, waitForReady: true });
      assert.equal(patient.outputs.properties.verified, true);
      const other = await engine.create(`${urn}-two`, { ...pending, domain: "pending-two.mais.example" });
      assert.equal(other.outputs.properties.verified, true);
    },
  },
  vanish: (lab, { inputs }) => erase(lab, ["vercel", "domains", String(inputs.domain)]),
  importDiffers: ["waitForReady"],
  // The bridge names the types of lists' elements in the singular.
  officialDiffers: ["verifications"],
};

const envs = (lab: SampleLab) => lab.sandbox.store("vercel").collection<EnvRecord>("envs");
const onVariable = (key: string, fields: Partial<EnvRecord>) => (lab: SampleLab) =>
  set(
    envs(lab)
      .list()
      .find((one) => one.key === key),
    fields,
  );
const addVariable = (lab: SampleLab) => {
  const [known] = envs(lab).list();
  if (known) envs(lab).set("theirs", { ...known, id: "theirs", key: "THEIRS", comment: undefined });
};

const production = { targets: ["production"] };
const variables = [
  { key: "LOG_LEVEL", value: "info", sensitive: false, ...production, comment: "for all" },
  { key: "JWT_SECRET", value: "canary-a", sensitive: true, ...production },
  { key: "PREVIEW_URL", value: "canary-b", sensitive: false, targets: ["preview"], gitBranch: "next" },
];
const [level, secret] = variables;

const projectEnvironmentVariables: ResourceSample = {
  effects: {
    "prune deletes what the program does not name, at creation and later": async (lab) => {
      const { engine, urn, samples, outsider } = lab;
      const theirs = () =>
        envs(outsider)
          .list()
          .filter(({ key }) => key === "THEIRS").length;
      const whole = wholeInputs(samples);
      const kind = { ...whole, prune: false };
      const kept = await engine.create(urn, kind);
      addVariable(outsider);
      assert.equal(theirs(), 1);
      const alone = await engine.update(kept, { ...whole, prune: true });
      assert.equal(theirs(), 0);
      addVariable(outsider);
      await engine.delete(alone);
      assert.equal(theirs(), 1);
      await engine.create(`${urn}-two`, { ...whole, prune: true });
      assert.equal(theirs(), 0);
    },
  },
  forbidden: [
    { inputs: { variables: [{ ...level, targets: undefined }] }, property: "variables", reason: /needs targets/ },
  ],
  prepare: twoProjects,
  inputs: ({ one, two }) => ({
    projectId: { value: one, to: two, replaces: true, outside: "the project is what the variables are known by" },
    variables: {
      value: variables,
      to: [
        { ...level, value: "debug", targets: ["production", "preview"] },
        { ...secret, value: "canary-c" },
        { key: "NEW", value: "canary-d", sensitive: true, ...production },
      ],
      outside: [
        onVariable("LOG_LEVEL", { value: "theirs", updatedAt: 9_000_000_000_000 }),
        onVariable("LOG_LEVEL", { target: ["development"], updatedAt: 9_000_000_000_000 }),
        onVariable("JWT_SECRET", { value: "theirs", updatedAt: 9_000_000_000_000 }),
        (lab) => erase(lab, ["vercel", "envs", envs(lab).list()[0]?.id ?? ""]),
        addVariable,
      ],
    },
    prune: { value: true, to: false, outside: "it says what we delete; a variable of others shows in `variables`" },
  }),
  secrets: ["variables.*.value"],
  unordered: ["variables"],
  vanish: (lab) => {
    for (const { id } of envs(lab).list()) erase(lab, ["vercel", "envs", id]);
  },
  importId: ({ inputs }) => String(inputs.projectId),
  // Sensitive values never come back.
  importDiffers: ["prune", "variables"],
  // Theirs is a set, whose element's type the bridge names in the singular.
  officialDiffers: ["variables"],
};

const onOne =
  (fields: Partial<EnvRecord>) =>
  (lab: SampleLab, { id }: Made) =>
    set(stored<EnvRecord>(lab, ["vercel", "envs", variableId(id)]), { ...fields, updatedAt: 9_000_000_000_000 });
const variableId = (id: string) => id.slice(id.indexOf("/") + 1);

const projectEnvironmentVariable: ResourceSample = {
  prepare: twoProjects,
  inputs: ({ one, two }) => ({
    projectId: { value: one, to: two, replaces: true, outside: "the project is what the variable's id begins with" },
    key: { value: "TOKEN", to: "OTHER_TOKEN", outside: onOne({ key: "THEIRS" }) },
    value: { value: "canary-a", to: "canary-b", outside: onOne({ value: "theirs" }) },
    sensitive: { value: false, to: true, replaces: true, outside: "Vercel changes it for nobody" },
    targets: {
      ...{ value: ["production", "preview"], to: ["production"] },
      outside: [onOne({ target: ["development"] }), onOne({ target: [] })],
    },
    customEnvironmentIds: {
      ...{ value: ["env_qa", "env_uat"], to: ["env_uat"] },
      outside: [onOne({ customEnvironmentIds: ["env_theirs"] }), onOne({ customEnvironmentIds: [] })],
    },
    gitBranch: {
      ...{ value: "next", to: "beta", instead: { targets: ["preview"] } },
      outside: [onOne({ gitBranch: "theirs" }), onOne({ gitBranch: undefined })],
    },
    comment: {
      ...{ value: "for all", to: "for some" },
      outside: [onOne({ comment: "theirs" }), onOne({ comment: undefined })],
    },
  }),
  secrets: ["value"],
  unordered: ["targets", "customEnvironmentIds"],
  forbidden: [
    { inputs: { targets: undefined, customEnvironmentIds: undefined }, property: "key", reason: /needs targets/ },
  ],
  vanish: (lab, { id }) => erase(lab, ["vercel", "envs", variableId(id)]),
  // Theirs can be given as `valueWo` instead.
  officialDiffers: ["value"],
};

function connect(sandbox: Sandbox): Vercel {
  const options = {
    ...{ vendor: "Vercel", baseUrl: sandbox.url("vercel"), secrets: [], explain, requestIdHeader: "x-vercel-id" },
    headers: { authorization: "Bearer sandbox_vercel" },
  };
  return new Vercel(createHttp(options), "team_sandbox");
}

/** Vercel over the sandbox, in a team on the Pro plan. */
export const vercel: VendorSample = {
  vendor: "vercel",
  provider: provider as never,
  waitMs: 1_000,
  connect,
  resources: {
    [PROJECT]: project,
    "vercel:index/projectDomain:ProjectDomain": projectDomain,
    "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": projectEnvironmentVariable,
    "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables": projectEnvironmentVariables,
    [BYPASS]: protectionBypass,
    [FIREWALL]: firewallConfig,
    "vercel:index/webhook:Webhook": webhook,
    "vercel:index/apiObject:ApiObject": apiObjects.vercel,
  },
};
