import { defineResource } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";

const REGISTRIES = ["GITHUB", "GITLAB", "DOCKER", "GOOGLE_ARTIFACT", "AWS_ECR"] as const;

/** A login to an image registry, for services that run a private image. */
export const RegistryCredential = defineResource("render:index/registryCredential:RegistryCredential", {
  inputs: {
    // The kit fills in the automatic name before this is judged, so the empty one is never used.
    name: z.string().min(1, "must not be empty").prefault(""),
    registry: z.enum(REGISTRIES),
    username: z.string().min(1, "must not be empty"),
    /** Render never shows it again. */
    authToken: z.string().min(1, "must not be empty"),
  },
  outputs: {},
  secrets: ["authToken"],
  writeOnly: ["authToken"],
  autoName: { property: "name", maxLength: 63 },
  async find(api: RenderApi, { name }, call) {
    const found = await api.registryCredentialsNamed(name, call);
    return found.map((credential) => ({ id: credential.id, label: credential.name }));
  },
  async create(api, inputs, call) {
    const { id } = await api.createRegistryCredential(inputs, call);
    return { id };
  },
  async read(api, id, call) {
    const credential = await api.registryCredential(id, call);
    if (!credential) return undefined;
    const { name, registry, username } = credential;
    // Render may know more registries than we do.
    return { id, name, registry: registry as (typeof REGISTRIES)[number], username };
  },
  async update(api, id, inputs, call) {
    await api.updateRegistryCredential(id, inputs, call);
    return {};
  },
  async delete(api, id, call) {
    await api.deleteRegistryCredential(id, call);
  },
});
export type RegistryCredential = InstanceType<typeof RegistryCredential>;
