import type { RegistryCredential } from "../../../src/sandbox/render/registry-credential-routes.ts";
import type { Project } from "../../../src/sandbox/supabase/state.ts";
import { healthyProject } from "../../helpers/supabase-api.ts";
import { apiObject } from "./api-object.ts";
import { erase, type Made, type SampleLab, set, stored } from "./sample.ts";

const existing = { value: "one", to: "two" };
const nothing = { value: {}, to: {} };

type Address = (made: Made) => readonly [vendor: string, kind: string, id: string];
const on =
  (address: Address, fields: Record<string, unknown>) =>
  (lab: SampleLab, made: Made): void =>
    set(stored<Record<string, unknown>>(lab, address(made)), fields);

const login = { name: "mais", registry: "GITHUB", username: "mais-bot" };
const credential = { path: "/registrycredentials/{id}" };
const credentialAt: Address = ({ id }) => ["render", "registryCredentials", id];

/** A login to an image registry. */
const render = apiObject(
  () => ({
    create: { path: "/registrycredentials" },
    read: credential,
    update: credential,
    delete: credential,
    find: { path: "/registrycredentials", query: { ownerId: "{owner}", limit: "100" }, match: { name: "mais" } },
    params: { owner: "tea-sandbox0000000000000" },
    paramsTo: {},
    body: {
      ...{ value: login, to: { ...login, username: "another-bot" } },
      outside: on(credentialAt, { username: "theirs" } satisfies Partial<RegistryCredential>),
    },
    secretBody: { value: { authToken: "canary-token-a" }, to: { authToken: "canary-token-b" } },
    createBody: { value: { ownerId: "tea-sandbox0000000000000" }, to: {} },
    existing,
  }),
  {
    ...{ alike: true, needs: ["secretBody", "createBody"], outputs: ["registry"] },
    vanish: (lab, made) => erase(lab, credentialAt(made)),
  },
);

const site = { path: "/v9/projects/{id}" };
const siteAt: Address = ({ id }) => ["vercel", "projects", id];

const vercel = apiObject(
  () => ({
    create: { path: "/v11/projects" },
    read: site,
    update: site,
    delete: site,
    find: { path: "/v10/projects", query: { search: "{name}" }, at: "projects", match: { name: "object" } },
    params: { name: "object" },
    paramsTo: {},
    body: {
      value: { name: "object", framework: "nextjs" },
      to: { name: "object", framework: "astro" },
      outside: on(siteAt, { settings: {} }),
    },
    secretBody: { value: { buildCommand: "canary-build" }, to: { buildCommand: "canary-other" } },
    createBody: nothing,
    existing,
  }),
  { alike: true, outputs: ["accountId"], vanish: (lab, made) => erase(lab, siteAt(made)) },
);

const keyPath = { path: "/v1/projects/{ref}/api-keys/{id}" };
const keyOf = (lab: SampleLab, { id, inputs }: Made) => {
  const { ref } = Object(inputs.params) as { ref: string };
  const { keys } = stored<Project>(lab, ["supabase", "projects", ref]);
  return { keys, index: keys.findIndex((key) => key.id === id) };
};

const supabase = apiObject(
  ({ ref }) => ({
    create: { path: "/v1/projects/{ref}/api-keys" },
    read: { ...keyPath, query: { reveal: "true" } },
    update: keyPath,
    delete: keyPath,
    find: { path: "/v1/projects/{ref}/api-keys", match: { name: "workers", type: "secret" } },
    params: { ref: String(ref) },
    paramsTo: {},
    body: {
      value: { name: "workers", description: "of the worker" },
      to: { name: "workers", description: "of both" },
      outside(lab, made) {
        const { keys, index } = keyOf(lab, made);
        set(keys[index], { description: null });
      },
    },
    secretBody: nothing,
    createBody: { value: { type: "secret" }, to: {} },
    existing,
  }),
  {
    ...{ alike: true, needs: ["createBody"], outputs: ["api_key"] },
    prepare: async ({ sandbox }) => ({ ref: await healthyProject(sandbox, { name: "one" }) }),
    vanish(lab, made) {
      const { keys, index } = keyOf(lab, made);
      keys.splice(index, 1);
    },
  },
);

const product = { path: "/v1/products/{id}" };
const productAt: Address = ({ id }) => ["stripe", "test/products", `:${id}`];

const stripe = apiObject(
  () => ({
    create: { path: "/v1/products" },
    read: product,
    update: { ...product, method: "POST" },
    delete: product,
    find: { path: "/v1/products", query: { limit: "100" }, at: "data", match: { name: "Object" } },
    params: {},
    paramsTo: {},
    body: {
      value: { name: "Object", shippable: true, metadata: { rank: 5 } },
      to: { name: "Object", shippable: false, metadata: { rank: 6 } },
      outside: on(productAt, { shippable: false }),
    },
    secretBody: { value: { metadata: { token: "canary-token-a" } }, to: {} },
    createBody: { value: { id: "object" }, to: {} },
    existing,
  }),
  { alike: true, outputs: ["created"], vanish: (lab, made) => erase(lab, productAt(made)) },
);

const domain = { path: "/domains/{id}" };
const domainAt: Address = ({ id }) => ["postmark", "domains", id];

const postmark = apiObject(
  () => ({
    create: { path: "/domains", idPath: "ID" },
    read: domain,
    update: { ...domain, method: "PUT" },
    delete: domain,
    find: {
      ...{ path: "/domains", query: { count: "500", offset: "0" } },
      ...{ at: "Domains", match: { Name: "mais.example" } },
    },
    params: {},
    paramsTo: {},
    body: {
      value: { ReturnPathDomain: "pm.mais.example" },
      to: { ReturnPathDomain: "bounce.mais.example" },
      outside: on(domainAt, { ReturnPathDomain: "theirs.mais.example" }),
    },
    secretBody: nothing,
    createBody: { value: { Name: "mais.example" }, to: {} },
    existing,
  }),
  {
    ...{ alike: true, needs: ["createBody"], outputs: ["DKIMPendingTextValue"] },
    vanish: (lab, made) => erase(lab, domainAt(made)),
  },
);

/** One object of each vendor; Upstash's has the proofs that are the same for all. */
export const apiObjects = { render, vercel, supabase, stripe, postmark };
