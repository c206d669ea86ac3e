import * as pulumi from "@pulumi/pulumi";

export interface Recorded {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** Values that a vendor would answer, by type token; anything else is `<name>.<property>`. */
const ANSWERS: Record<string, Record<string, unknown>> = {
  "supabase:index/project:Project": {
    databaseHost: "db.abcdefghijklmnopqrst.supabase.co",
    databasePort: 5432,
    databaseUser: "postgres",
    poolerHost: "aws-0-eu-central-1.pooler.supabase.com",
    poolerPort: 6543,
    sessionPoolerPort: 5432,
    poolerUser: "postgres.abcdefghijklmnopqrst",
    databaseName: "postgres",
  },
  "supabase:index/apikey:Apikey": { apiKey: "sb_secret_recorded" },
  "upstash:index/redisDatabase:RedisDatabase": { databaseId: "redis-uuid", password: "first" },
  "upstash:index/databaseSettings:DatabaseSettings": {
    ...{ endpoint: "eu1-tame-fox-1.upstash.io", port: 6379, password: "newest" },
  },
  "postmark:index/server:Server": { apiToken: "server-token" },
};

/** Each endpoint has a secret of its own. */
const ENDPOINT = "stripe:index/webhookEndpoint:WebhookEndpoint";

/** What a piece of program registers, without an engine: no parents, aliases or secret marks are proven here. */
export async function recordResources<T>(build: () => T): Promise<{ resources: Recorded[]; built: T }> {
  const resources: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        resources.push({ type, name, inputs: withoutAbsent(inputs) });
        const secret = type === ENDPOINT ? { secret: `whsec_${name}` } : {};
        return { id: `${name}-id`, state: { ...inputs, ...ANSWERS[type], ...secret } };
      },
      call: () => ({}),
    },
    "mais-deploy",
    "dev",
  );
  const built = build();
  await pulumi.runtime.disconnect();
  return { resources, built };
}

function withoutAbsent(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value));
}

/** Only the vendors' own resources, by name: the order of registration follows dependencies and is not ours to fix. */
export function vendorObjects(resources: readonly Recorded[]): Recorded[] {
  const vendors = /^(render|vercel|supabase|upstash|stripe|postmark|mais):index\/[a-z]/;
  return resources.filter(({ type }) => vendors.test(type)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
