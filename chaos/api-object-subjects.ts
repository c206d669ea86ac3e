import type { Properties, Subject, Vendor } from "./subjects.ts";

/** An object as requests: a path under which one is made, and its own. */
const anyObject = (list: string, one: string, more: Properties) => ({
  ...{ create: { path: list }, read: { path: one }, update: { path: one }, delete: { path: one }, ...more },
});
const registryLogin = (username: string, secret: string) => ({
  ...anyObject("/registrycredentials", "/registrycredentials/{id}", {
    find: { path: "/registrycredentials", query: { limit: "100" }, match: { name: "mais" } },
    createBody: { ownerId: "tea-sandbox0000000000000" },
    secretBody: { authToken: secret },
  }),
  body: { name: "mais", registry: "GITHUB", username },
});
const bareSite = (framework: string) => ({
  ...anyObject("/v11/projects", "/v9/projects/{id}", {
    find: { path: "/v10/projects", at: "projects", match: { name: "bare" } },
  }),
  body: { name: "bare", framework },
});
const extraKey = (ref: unknown, description: string) => ({
  ...anyObject("/v1/projects/{ref}/api-keys", "/v1/projects/{ref}/api-keys/{id}", {
    find: { path: "/v1/projects/{ref}/api-keys", match: { name: "extra", type: "secret" } },
    ...{ params: { ref }, createBody: { type: "secret" } },
  }),
  body: { name: "extra", description },
});
const bareRedis = (budget: number) => ({
  ...anyObject("/redis/database", "/redis/database/{id}", {
    create: { path: "/redis/database", idPath: "database_id" },
    update: { path: "/redis/update-budget/{id}" },
    find: { path: "/redis/databases", match: { database_name: "bare" } },
    createBody: { database_name: "bare", region: "global", primary_region: "eu-west-1" },
  }),
  body: { budget },
});
/** Stripe alone knows a repeated create by its idempotency key: this one has nothing to look it up by. */
const bareProduct = (description: string) => ({
  ...anyObject("/v1/products", "/v1/products/{id}", { update: { path: "/v1/products/{id}", method: "POST" } }),
  body: { name: "Bare", description },
});
const senderDomain = (returnPath: string) => ({
  ...anyObject("/domains", "/domains/{id}", {
    create: { path: "/domains", idPath: "ID" },
    update: { path: "/domains/{id}", method: "PUT" },
    find: {
      ...{ path: "/domains", query: { count: "500", offset: "0" } },
      ...{ at: "Domains", match: { Name: "mais.example" } },
    },
    createBody: { Name: "mais.example" },
  }),
  body: { ReturnPathDomain: returnPath },
});
type Six = Record<"render" | "vercel" | "supabase" | "upstash" | "stripe" | "postmark", Vendor>;

/** One object of each vendor that is described by its requests. */
export function apiObjectSubjects(
  { render, vercel, supabase, upstash, stripe, postmark }: Six,
  projectOf: NonNullable<Subject["prepare"]>,
): Subject[] {
  const canary = render.secrets.at(-1) ?? "";
  return [
    {
      ...{ vendor: render, type: "apiObject:ApiObject" },
      inputs: () => registryLogin("mais-bot", canary),
      changed: () => registryLogin("another-bot", canary),
    },
    {
      ...{ vendor: vercel, type: "apiObject:ApiObject" },
      inputs: () => bareSite("nextjs"),
      changed: () => bareSite("astro"),
    },
    {
      ...{ vendor: supabase, type: "apiObject:ApiObject", prepare: projectOf },
      inputs: ({ projectRef }) => extraKey(projectRef, "of the worker"),
      changed: ({ projectRef }) => extraKey(projectRef, "of both"),
    },
    {
      ...{ vendor: upstash, type: "apiObject:ApiObject" },
      inputs: () => bareRedis(200),
      changed: () => bareRedis(300),
    },
    {
      ...{ vendor: stripe, type: "apiObject:ApiObject" },
      inputs: () => bareProduct("One hour"),
      changed: () => bareProduct("Two hours"),
    },
    {
      ...{ vendor: postmark, type: "apiObject:ApiObject" },
      inputs: () => senderDomain("pm.mais.example"),
      changed: () => senderDomain("bounce.mais.example"),
    },
  ];
}
