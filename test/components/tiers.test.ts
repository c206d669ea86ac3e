import { expect, test } from "vitest";
import { ApiTier, size } from "../../src/components/api-tier.ts";
import { CacheTier } from "../../src/components/cache-tier.ts";
import { DatabaseTier } from "../../src/components/database-tier.ts";
import { PaymentsTier } from "../../src/components/payments-tier.ts";
import { WebTier } from "../../src/components/web-tier.ts";
import { recordResources, settled, vendorObjects } from "../helpers/record-resources.ts";

const source = {
  repoUrl: "https://github.com/acme/app",
  branch: "main",
  rootDirectory: "apps/api",
  buildCommand: "npm ci",
  startCommand: "node server.js",
  deployOnPush: false,
};

test("the API is one service behind its health check, with its variables from the first deploy on", async () => {
  const args = {
    serviceName: "acme-api",
    source,
    region: "frankfurt" as const,
    plan: "starter" as const,
    instances: { min: 1, max: 1 },
    healthCheckPath: "/health",
    customDomain: "api.acme.dev",
    environmentId: "evm-1",
    variables: { LOG_LEVEL: "info" },
  };
  const { resources } = await recordResources(() => new ApiTier("api", args));
  expect(vendorObjects(resources)).toEqual([
    {
      type: "render:index/webService:WebService",
      name: "api",
      inputs: {
        name: "acme-api",
        runtimeSource: {
          nativeRuntime: {
            repoUrl: source.repoUrl,
            branch: "main",
            buildCommand: "npm ci",
            runtime: "node",
            autoDeploy: false,
          },
        },
        rootDirectory: "apps/api",
        startCommand: "node server.js",
        region: "frankfurt",
        plan: "starter",
        environmentId: "evm-1",
        healthCheckPath: "/health",
        numInstances: 1,
        customDomains: [{ name: "api.acme.dev" }],
        envVars: { LOG_LEVEL: { value: "info" } },
      },
    },
  ]);
});

test("instances are a number, or a range with what decides in it", () => {
  expect(size({ instances: { min: 2, max: 2 } })).toEqual({ numInstances: 2 });
  expect(size({ instances: { min: 2, max: 6 }, scaling: { cpu: 70, memory: 75 } })).toEqual({
    autoscaling: {
      enabled: true,
      min: 2,
      max: 6,
      criteria: { cpu: { enabled: true, percentage: 70 }, memory: { enabled: true, percentage: 75 } },
    },
  });
  expect(size({ instances: { min: 1, max: 2 }, scaling: { cpu: 70 } }).autoscaling?.criteria.memory.enabled).toBe(
    false,
  );
});

const payg = { plan: "payg", budget: 20, dailyBackup: false, passwordGeneration: 1 } as const;
const fixed = { plan: "fixed_250mb", dailyBackup: true, passwordGeneration: 3 } as const;
const redis = { namePrefix: "acme", region: "eu-central-1", cache: payg, queue: fixed, keep: false };

test("cache and queue have a database each, with its plan beside it and TLS on", async () => {
  const { resources } = await recordResources(() => new CacheTier("redis", redis));
  const place = { region: "global", primaryRegion: "eu-central-1", tls: true };
  const [type, settings] = [
    "upstash:index/redisDatabase:RedisDatabase",
    "upstash:index/databaseSettings:DatabaseSettings",
  ];
  expect(vendorObjects(resources)).toEqual([
    { type, name: "redis-cache", inputs: { databaseName: "acme-cache", ...place, eviction: true, budget: 20 } },
    {
      ...{ type: settings, name: "redis-cache-settings" },
      inputs: { databaseId: "redis-uuid", plan: "payg", dailyBackup: false, passwordGeneration: 1 },
    },
    { type, name: "redis-queue", inputs: { databaseName: "acme-queue", ...place, eviction: false } },
    {
      ...{ type: settings, name: "redis-queue-settings" },
      inputs: { databaseId: "redis-uuid", plan: "fixed_250mb", dailyBackup: true, passwordGeneration: 3 },
    },
  ]);
});

test("a database that cache and queue share never evicts, and both have one address with the newest password", async () => {
  const { resources, built } = await recordResources(() => new CacheTier("redis", { ...redis, queue: false }));
  const made = vendorObjects(resources).filter(({ type }) => type.endsWith(":RedisDatabase"));
  expect(made.map(({ inputs }) => [inputs.databaseName, inputs.eviction])).toEqual([["acme-cache", false]]);
  const address = "rediss://default:newest@eu1-tame-fox-1.upstash.io:6379";
  expect([await settled(built.cacheUrl), await settled(built.queueUrl)]).toEqual([address, address]);
});

const postgres = {
  ...{ projectName: "acme-database", organization: "acme", region: "eu-central-1" as const, size: "small" as const },
  ...{ password: "s3cret", poolSize: 7, pointInTimeDays: 7 as const, dedicatedIpv4: false, enforceSsl: true },
  keep: false,
};

test("the database has sign-ups off, its buckets with a key to them, and two addresses", async () => {
  const storage = { keyGeneration: 2, fileSizeLimit: 90_000_000, buckets: { uploads: { public: false } } };
  const { resources, built } = await recordResources(() => new DatabaseTier("database", { ...postgres, storage }));
  const [project, key, settings, bucket] = vendorObjects(resources);
  expect(project).toMatchObject({
    ...{ type: "supabase:index/project:Project", name: "database" },
    inputs: {
      pointInTimeDays: 7,
      dedicatedIpv4: false,
      waitForServices: ["db", "db_postgres_user", "pooler", "storage"],
    },
  });
  expect(key).toMatchObject({ type: "supabase:index/apikey:Apikey", inputs: { name: "mais_server", generation: 2 } });
  expect(settings).toEqual({
    ...{ type: "supabase:index/settings:Settings", name: "database-settings" },
    inputs: {
      ...{ projectRef: "database-id", sslEnforcement: true },
      ...{ auth: '{"disable_signup":true}', storage: '{"fileSizeLimit":90000000}' },
    },
  });
  expect(bucket).toEqual({
    ...{ type: "supabase:index/bucket:Bucket", name: "uploads" },
    inputs: { projectRef: "database-id", name: "uploads", public: false, forceDestroy: true },
  });
  expect(await settled(built.url)).toContain("connection_limit=7");
  expect(new URL(await settled(built.directUrl)).host).toBe("aws-0-eu-central-1.pooler.supabase.com:5432");
  expect(built.secretKey && (await settled(built.secretKey))).toBe("sb_secret_recorded");
});

test("without objects to keep there is neither bucket nor key; with an IPv4 address migrations go past the pooler", async () => {
  const args = {
    ...postgres,
    dedicatedIpv4: true,
    dataApi: false,
    allowedAddresses: ["203.0.113.0/24"],
    poolerConnections: 30,
  };
  const { resources, built } = await recordResources(() => new DatabaseTier("database", args));
  expect(vendorObjects(resources).map(({ name }) => name)).toEqual(["database", "database-settings"]);
  expect(vendorObjects(resources)[1]?.inputs).toMatchObject({
    ...{ api: '{"db_schema":""}', network: '{"restrictions":["203.0.113.0/24"]}', pooler: '{"default_pool_size":30}' },
  });
  expect(built.secretKey).toBeUndefined();
  expect(new URL(await settled(built.directUrl)).host).toBe("db.abcdefghijklmnopqrst.supabase.co:5432");
});

test("the permission to replace the project reaches its buckets, another one does not", async () => {
  const permissions = async (replaceData: string | undefined) => {
    const storage = { keyGeneration: 1, buckets: { uploads: { public: false }, avatars: { public: true } } };
    const { resources } = await recordResources(
      () => new DatabaseTier("database", { ...postgres, storage, replaceData }),
    );
    const buckets = vendorObjects(resources).filter(({ type }) => type.endsWith(":Bucket"));
    return buckets.map(({ inputs }) => inputs.replaceData);
  };
  expect(await permissions("database")).toEqual(["avatars", "uploads"]);
  expect(await permissions("redis")).toEqual([undefined, undefined]);
});

test("endpoints that follow others name them; without any, they name none", async () => {
  const platform = { url: "https://api.acme.dev/hook", events: ["charge.refunded"] };
  const besides = ["we_old"];
  const { resources } = await recordResources(
    () => new PaymentsTier("payments", { platform, connect: platform, besides, products: {}, lookupPrefix: "" }),
  );
  expect(vendorObjects(resources).map(({ inputs }) => inputs.besides)).toEqual([besides, besides]);
});

test("a raised generation is a second endpoint beside the first until the overlap ends; then it stands alone", async () => {
  const platform = { url: "https://api.acme.dev/hook", events: ["charge.refunded"], generation: 2 };
  const tier = (overlap: boolean) => () =>
    new PaymentsTier("payments", { platform: { ...platform, overlap }, products: {}, lookupPrefix: "" });
  const during = await recordResources(tier(true));
  expect(vendorObjects(during.resources).map(({ name, inputs }) => [name, inputs.besides])).toEqual([
    ["payments-platform", undefined],
    ["payments-platform-2", ["payments-platform-id"]],
  ]);
  expect(await settled(during.built.platform.secret)).toBe("whsec_payments-platform-2");
  expect(await settled(during.built.platform.previousSecret)).toBe("whsec_payments-platform");
  const after = await recordResources(tier(false));
  expect(vendorObjects(after.resources).map(({ name, inputs }) => [name, inputs.besides])).toEqual([
    ["payments-platform-2", undefined],
  ]);
  expect(await settled(after.built.platform.previousSecret)).toBe("whsec_payments-platform-2");
});

test("a Connect platform gets two endpoints, and each price a lookup key that moves", async () => {
  const products = { fee: { name: "Booking fee", prices: { standard: { currency: "eur", unitAmount: 250 } } } };
  const platform = { url: "https://api.acme.dev/hook", events: ["charge.refunded"] };
  const connect = { url: "https://api.acme.dev/connect", events: ["account.updated"] };
  const { resources } = await recordResources(
    () => new PaymentsTier("payments", { platform, connect, products, lookupPrefix: "dev-" }),
  );
  const made = vendorObjects(resources);
  expect(made.map(({ name }) => name)).toEqual(["fee", "fee-standard", "payments-connect", "payments-platform"]);
  expect(made.find(({ name }) => name === "payments-connect")?.inputs).toEqual({
    url: connect.url,
    enabledEvents: connect.events,
    connect: true,
  });
  expect(made.find(({ name }) => name === "fee-standard")?.inputs).toEqual({
    currency: "eur",
    unitAmount: 250,
    product: "fee-id",
    lookupKey: "dev-fee-standard",
  });
});

test("the site is linked to Git, protected as asked, and its secrets are sensitive", async () => {
  const args = {
    projectName: "acme-web",
    repository: { repo: "acme/app", branch: "main" },
    rootDirectory: "apps/web",
    nodeVersion: "24.x",
    region: "fra1",
    protection: "previews" as const,
    deployOnPush: false,
    targets: ["production" as const],
    customDomain: "acme.dev",
    variables: {
      NEXT_PUBLIC_API_URL: { value: "https://api.acme.dev", secret: false },
      TOKEN: { value: "t", secret: true },
    },
  };
  const { resources } = await recordResources(() => new WebTier("web", args));
  const [project, domain, variables] = vendorObjects(resources).map(({ inputs }) => inputs);
  expect(project).toMatchObject({
    gitRepository: { type: "github", repo: "acme/app", productionBranch: "main" },
    vercelAuthentication: { deploymentType: "only_preview_deployments" },
    rootDirectory: "apps/web",
    autoAssignCustomDomains: false,
  });
  expect(variables?.variables).toEqual([
    { key: "NEXT_PUBLIC_API_URL", value: "https://api.acme.dev", sensitive: false, targets: ["production"] },
    { key: "TOKEN", value: "t", sensitive: true, targets: ["production"] },
  ]);
  expect(domain).toEqual({ projectId: "web-id", domain: "acme.dev" });
});
