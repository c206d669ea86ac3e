import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import { notFound } from "./refusals.ts";
import { bare, bodyOf, filter, inTime, newestFirst, ownerOf, param, passes } from "./request.ts";
import { newId, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

/** A login to an image registry. The token is taken and never given back, so the sandbox does not keep it. */
export interface RegistryCredential {
  id: string;
  ownerId: string;
  name: string;
  registry: string;
  username: string;
  createdAt: string;
  updatedAt: string;
}

export const registryCredentials = (store: Store): Collection<RegistryCredential> =>
  store.collection("registryCredentials");

function shape({ ownerId: _, createdAt: __, ...credential }: RegistryCredential): Record<string, unknown> {
  return credential;
}

function credentialOf(call: Call): RegistryCredential {
  const id = param(call, "registryCredentialId");
  const credential = registryCredentials(call.store).get(id);
  if (!credential) throw notFound(id);
  return credential;
}

const Login = z.object({
  name: z.string().min(1),
  registry: z.enum(["GITHUB", "GITLAB", "DOCKER", "GOOGLE_ARTIFACT", "AWS_ECR"]),
  username: z.string().min(1),
  authToken: z.string().min(1),
});

const list = defineRoute("GET /v1/registrycredentials", {
  evidence: "contract",
  source: `${DOCS}/list-registry-credentials`,
  handle(call) {
    const [name, username, registry] = [filter(call, "name"), filter(call, "username"), filter(call, "type")];
    const ownerId = filter(call, "ownerId");
    const found = registryCredentials(call.store)
      .list()
      .filter(
        (one) =>
          passes(name, one.name) &&
          passes(username, one.username) &&
          passes(registry, one.registry) &&
          passes(ownerId, one.ownerId) &&
          inTime(call, "created", one.createdAt) &&
          inTime(call, "updated", one.updatedAt),
      );
    return { status: 200, json: bare(call, newestFirst(found)).map(shape) };
  },
});

const create = defineRoute("POST /v1/registrycredentials", {
  evidence: "contract",
  source: `${DOCS}/create-registry-credential`,
  handle(call) {
    const { authToken: _, ...given } = bodyOf(call, Login.extend({ ownerId: z.string() }));
    ownerOf(call, given.ownerId);
    const [id, at] = [newId(call.world, "rgc"), stamp(call.now)];
    const made = registryCredentials(call.store).set(id, { id, ...given, createdAt: at, updatedAt: at });
    return { status: 200, json: shape(made) };
  },
});

const retrieve = defineRoute("GET /v1/registrycredentials/{registryCredentialId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-registry-credential`,
  handle: (call) => ({ status: 200, json: shape(credentialOf(call)) }),
});

const update = defineRoute("PATCH /v1/registrycredentials/{registryCredentialId}", {
  evidence: "contract",
  source: `${DOCS}/update-registry-credential`,
  handle(call) {
    const credential = credentialOf(call);
    const { name, registry, username } = bodyOf(call, Login);
    Object.assign(credential, { name, registry, username, updatedAt: stamp(call.now) });
    return { status: 200, json: shape(credential) };
  },
});

const remove = defineRoute("DELETE /v1/registrycredentials/{registryCredentialId}", {
  evidence: "contract",
  source: `${DOCS}/delete-registry-credential`,
  handle(call) {
    // Whether Render keeps one that a service still names is not known; the service then simply names none.
    registryCredentials(call.store).delete(credentialOf(call).id);
    return { status: 204 };
  },
});

export const registryCredentialRoutes = [list, create, retrieve, update, remove];
