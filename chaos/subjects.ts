import type { ProviderDefinition } from "@mais/provider-kit";
import { provider as upstashProvider } from "@mais/upstash/provider";
import { PostmarkApi } from "../packages/postmark/client.ts";
import { provider as postmarkProvider } from "../packages/postmark/provider.ts";
import { provider as renderProvider } from "../packages/render/provider.ts";
import { StripeApi } from "../packages/stripe/client.ts";
import { provider as stripeProvider } from "../packages/stripe/provider.ts";
import { Supabase } from "../packages/supabase/client.ts";
import { provider as supabaseProvider } from "../packages/supabase/provider.ts";
import { provider as vercelProvider } from "../packages/vercel/provider.ts";
import type { Delays } from "../src/sandbox/world.ts";
import { connectionTo } from "../test/helpers/provider-connection.ts";
import type { Sandbox } from "../test/helpers/sandbox.ts";
import { apiObjectSubjects } from "./api-object-subjects.ts";
import { postmarkSubjects } from "./postmark-subjects.ts";
import { renderAccountSubjects } from "./render-subjects.ts";
import { projectOf, supabaseSubjects } from "./supabase-subjects.ts";
import { upstashSubjects } from "./upstash-subjects.ts";

export type Properties = Record<string, unknown>;

/** A vendor's provider over a sandbox in this process. */
export interface Vendor {
  name: string;
  provider: ProviderDefinition;
  /** Values that no message and no journal may show. */
  secrets: readonly string[];
  connect(sandbox: Sandbox): unknown;
}

/** Makes something that the subject refers to. */
export type Make = (type: string, name: string, inputs: Properties) => Promise<{ id: string; outputs: Properties }>;

/** One kind of resource with the inputs of its life: made with `inputs`, changed to `changed`. */
export interface Subject {
  vendor: Vendor;
  /** `webService:WebService` */
  type: string;
  /** With every input at once, beside the same kind with few. */
  whole?: boolean;
  /** How long the sandbox's slow steps take. */
  delays?: Partial<Delays>;
  prepare?(make: Make, sandbox: Sandbox): Promise<Properties>;
  inputs(given: Properties): Properties;
  changed(given: Properties): Properties;
}

const CANARY = "canary-secret-value-71";
/** No pause between two tries is longer. */
const longestWaitMs = 2;

/** The kit sees every provider alike. */
const plain = (provider: unknown) => provider as ProviderDefinition;

const render: Vendor = {
  ...{ name: "render", provider: plain(renderProvider), secrets: ["sandbox_render", CANARY] },
  connect: (sandbox) =>
    renderProvider.connect(
      connectionTo({
        ...{ vendor: "Render", baseUrl: `${sandbox.url("render")}/v1`, longestWaitMs },
        ...{ credentials: { RENDER_API_KEY: "sandbox_render" }, config: { ownerId: "tea-sandbox0000000000000" } },
      }),
    ),
};
const vercel: Vendor = {
  ...{ name: "vercel", provider: plain(vercelProvider), secrets: ["sandbox_vercel", CANARY] },
  connect: (sandbox) =>
    vercelProvider.connect(
      connectionTo({
        ...{ vendor: "Vercel", baseUrl: sandbox.url("vercel"), longestWaitMs },
        ...{ credentials: { VERCEL_API_TOKEN: "sandbox_vercel" }, config: { team: "team_sandbox" } },
      }),
    ),
};
const supabase: Vendor = {
  ...{ name: "supabase", provider: plain(supabaseProvider), secrets: ["sandbox_supabase", CANARY] },
  connect(sandbox) {
    const credentials = { SUPABASE_ACCESS_TOKEN: "sandbox_supabase" };
    const at = { vendor: "Supabase", baseUrl: sandbox.url("supabase"), longestWaitMs };
    const connection = connectionTo({ ...at, credentials, config: { organization: "sandbox" } });
    return new Supabase(connection, { firstPauseMs: 1, longestPauseMs: 1 });
  },
};
const upstash: Vendor = {
  ...{ name: "upstash", provider: plain(upstashProvider), secrets: ["sandbox_upstash", CANARY] },
  connect: (sandbox) =>
    upstashProvider.connect(
      connectionTo({
        ...{ vendor: "Upstash", baseUrl: `${sandbox.url("upstash")}/v2`, longestWaitMs, config: {} },
        credentials: { UPSTASH_EMAIL: "sandbox@mais.invalid", UPSTASH_API_KEY: "sandbox_upstash" },
      }),
    ),
};
const stripe: Vendor = {
  ...{ name: "stripe", provider: plain(stripeProvider), secrets: ["sandbox_stripe_test", "whsec_"] },
  connect: (sandbox) =>
    new StripeApi({ baseUrl: sandbox.url("stripe"), key: "sandbox_stripe_test", pause: async () => {} }),
};
const postmark: Vendor = {
  ...{ name: "postmark", provider: plain(postmarkProvider), secrets: ["sandbox_postmark", CANARY] },
  connect: (sandbox) =>
    new PostmarkApi({ baseUrl: sandbox.url("postmark"), accountToken: "sandbox_postmark", pause: async () => {} }),
};

const WEB_SERVICE = "webService:WebService";
const source = (runtime: string) => ({
  nativeRuntime: {
    ...{ repoUrl: "https://github.com/acme/mais", branch: "main", buildCommand: "npm ci", runtime, autoDeploy: false },
  },
});
const service = (name: string, level: string) => ({
  ...{ name, plan: "starter", region: "frankfurt", runtimeSource: source("node"), startCommand: "npm start" },
  envVars: { LOG_LEVEL: { value: level }, JWT_SECRET: { value: CANARY } },
});
const siteOf = async (make: Make) => ({ projectId: (await make("project:Project", "site", { name: "site" })).id });
const variables = (level: string) => [
  { key: "LOG_LEVEL", value: level, sensitive: false, targets: ["production"] },
  { key: "TOKEN", value: CANARY, sensitive: true, targets: ["production"] },
];
const endpoint = { url: "https://api.mais.example/hook", enabledEvents: ["charge.captured"] };
const told = { endpoint: "https://ops.mais.example/vercel", events: ["deployment.error", "deployment.ready"] };
const blocked = (path: string) => ({
  ...{ name: "old paths", action: { action: "deny" } },
  conditionGroups: [{ conditions: [{ type: "path", op: "pre", value: path }] }],
});
const price = { currency: "eur", unitAmount: 990, lookupKey: "monthly", recurrings: [{ interval: "month" }] };

/** What is put through the sweep: every kind of resource that lives at a vendor. */
export const subjects: readonly Subject[] = [
  {
    ...{ vendor: render, type: WEB_SERVICE },
    inputs: () => ({ ...service("mais-api", "info"), healthCheckPath: "/health" }),
    changed: () => ({ ...service("mais-api", "debug"), healthCheckPath: "/ready" }),
  },
  {
    ...{ vendor: render, type: "backgroundWorker:BackgroundWorker" },
    inputs: () => service("mais-worker", "info"),
    changed: () => service("mais-worker", "debug"),
  },
  {
    ...{ vendor: render, type: "cronJob:CronJob" },
    inputs: () => ({ ...service("mais-cron", "info"), schedule: "0 * * * *" }),
    changed: () => ({ ...service("mais-cron", "info"), schedule: "5 * * * *" }),
  },
  {
    ...{ vendor: render, type: "envGroup:EnvGroup" },
    inputs: () => ({ name: "shared", envVars: { A: { value: CANARY }, B: { value: "2" } } }),
    changed: () => ({ name: "shared", envVars: { A: { value: CANARY }, C: { value: "3" } } }),
  },
  {
    ...{ vendor: render, type: "envGroupLink:EnvGroupLink" },
    async prepare(make) {
      const one = await make(WEB_SERVICE, "one", service("one", "info"));
      const two = await make(WEB_SERVICE, "two", service("two", "info"));
      const group = await make("envGroup:EnvGroup", "group", { name: "shared", envVars: { A: { value: "1" } } });
      return { one: one.id, two: two.id, group: group.id };
    },
    inputs: ({ one, group }) => ({ envGroupId: group, serviceIds: [one] }),
    changed: ({ one, two, group }) => ({ envGroupId: group, serviceIds: [one, two] }),
  },
  {
    ...{ vendor: render, type: "project:Project" },
    inputs: () => ({ name: "mais", environments: { dev: { name: "dev", protectedStatus: "unprotected" } } }),
    changed: () => ({ name: "mais", environments: { dev: { name: "dev", protectedStatus: "protected" } } }),
  },
  ...renderAccountSubjects(render),
  {
    ...{ vendor: vercel, type: "project:Project" },
    inputs: () => ({ name: "web", framework: "nextjs", rootDirectory: "apps/web", nodeVersion: "22.x" }),
    changed: () => ({ name: "web", framework: "nextjs", rootDirectory: "apps/web", nodeVersion: "24.x" }),
  },
  {
    ...{ vendor: vercel, type: "projectDomain:ProjectDomain", prepare: siteOf },
    inputs: ({ projectId }) => ({ projectId, domain: "www.example.com" }),
    changed: ({ projectId }) => ({ projectId, domain: "www.example.com", redirect: "example.com" }),
  },
  {
    ...{ vendor: vercel, type: "projectEnvironmentVariable:ProjectEnvironmentVariable", prepare: siteOf },
    inputs: ({ projectId }) => ({ projectId, ...variables("info")[1] }),
    changed: ({ projectId }) => ({ projectId, ...variables("info")[1], value: `${CANARY}-2` }),
  },
  {
    ...{ vendor: vercel, type: "projectEnvironmentVariables:ProjectEnvironmentVariables", prepare: siteOf },
    inputs: ({ projectId }) => ({ projectId, variables: variables("info") }),
    changed: ({ projectId }) => ({ projectId, variables: variables("debug") }),
  },
  {
    ...{ vendor: vercel, type: "projectProtectionBypass:ProjectProtectionBypass", prepare: siteOf },
    inputs: ({ projectId }) => ({ projectId, note: "tests" }),
    changed: ({ projectId }) => ({ projectId, note: "probes" }),
  },
  {
    ...{ vendor: vercel, type: "firewallConfig:FirewallConfig", prepare: siteOf },
    inputs: ({ projectId }) => ({ projectId, rules: { rules: [blocked("/old")] } }),
    changed: ({ projectId }) => ({ projectId, rules: { rules: [blocked("/older")] } }),
  },
  {
    ...{ vendor: vercel, type: "webhook:Webhook", prepare: siteOf },
    inputs: ({ projectId }) => ({ ...told, projectIds: [projectId] }),
    // Vercel changes nothing of it, and a replacement is no step of this sweep.
    changed: ({ projectId }) => ({ ...told, projectIds: [projectId] }),
  },
  ...supabaseSubjects(supabase),
  ...upstashSubjects(upstash),
  {
    ...{ vendor: stripe, type: "webhookEndpoint:WebhookEndpoint" },
    inputs: () => endpoint,
    changed: () => ({ ...endpoint, enabledEvents: ["charge.captured", "charge.refunded"] }),
  },
  {
    ...{ vendor: stripe, type: "product:Product" },
    inputs: () => ({ name: "Booking", productId: "booking" }),
    changed: () => ({ name: "Bookings", productId: "booking" }),
  },
  {
    ...{ vendor: stripe, type: "price:Price" },
    async prepare(make) {
      const { id } = await make("product:Product", "booking", { name: "Booking", productId: "booking" });
      return { product: id };
    },
    inputs: ({ product }) => ({ ...price, product }),
    changed: ({ product }) => ({ ...price, product, nickname: "monthly" }),
  },
  ...postmarkSubjects(postmark, CANARY),
  ...apiObjectSubjects({ render, vercel, supabase, upstash, stripe, postmark }, projectOf),
];

export function nameOf({ vendor, type, whole }: Subject): string {
  return `${vendor.name} ${type.slice(type.indexOf(":") + 1)}${whole ? " (whole)" : ""}`;
}

export const vendors: readonly Vendor[] = [render, vercel, supabase, upstash, stripe, postmark];
