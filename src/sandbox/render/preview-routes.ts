import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { startDeploy } from "./deploys.ts";
import { conflict, invalid } from "./refusals.ts";
import { bodyOf, serviceOf } from "./request.ts";
import { normalizeImage } from "./service-changes.ts";
import { WEB_PLANS } from "./service-input.ts";
import { serviceShape } from "./service-shape.ts";
import { newId, type Service, services, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

const Preview = z.object({
  imagePath: z.string().min(1),
  name: z.string().min(1).optional(),
  plan: z.enum(WEB_PLANS).optional(),
});

/** A service of its own with the base service's settings and another image; the name when none is given is inferred. */
function previewOf({ world, now }: Call, base: Service, given: z.output<typeof Preview>): Service {
  const [id, at, suffix] = [newId(world, "srv"), stamp(now), world.ids.text(4)];
  const name = given.name ?? `${base.name}-preview-${suffix}`;
  const copy = structuredClone(base);
  return {
    ...copy,
    ...{ id, name, slug: `${base.slug}-${suffix}`, imagePath: normalizeImage(given.imagePath), suspenders: [] },
    settings: { ...copy.settings, plan: given.plan ?? copy.settings.plan, numInstances: 1, autoscaling: undefined },
    ...{ createdAt: at, updatedAt: at },
  };
}

const preview = defineRoute("POST /v1/services/{serviceId}/preview", {
  evidence: "contract",
  source: `${DOCS}/preview-service`,
  handle(call) {
    const { store, world } = call;
    const base = serviceOf(call);
    const given = bodyOf(call, Preview);
    if (!base.imagePath) throw invalid("previews can be created for image-backed services only");
    const made = previewOf(call, base, given);
    const taken = services(store)
      .list()
      .some(({ name }) => name === made.name);
    if (taken) throw conflict(`a service named ${made.name} already exists`);
    services(store).set(made.id, made);
    const deploy = startDeploy(store, world, made, { trigger: "other" });
    return { status: 200, json: { service: serviceShape(store, made), deployId: deploy.id } };
  },
});

const purge = defineRoute("POST /v1/services/{serviceId}/cache/purge", {
  evidence: "contract",
  source: `${DOCS}/purge-cache`,
  handle(call) {
    if (serviceOf(call).type !== "web_service") throw invalid("only web services and static sites have a cache");
    return { status: 202 };
  },
});

export const previewRoutes = [preview, purge];
