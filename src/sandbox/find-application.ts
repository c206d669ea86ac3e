import { customDomains, services } from "./render/state.ts";
import type { Store } from "./store.ts";
import { stateOf } from "./vercel/state.ts";
import type { World } from "./world.ts";

/** Where public names are looked up. */
export interface Applications {
  world: Pick<World, "services">;
  store(vendor: string): Store;
}

/**
 * The loopback address (`http://127.0.0.1:PORT`) at which the sandbox runs what bears that public name on Render or
 * Vercel, a custom domain included; undefined when nothing does, or does not run.
 */
export function findApplication(host: string, { world, store }: Applications): string | undefined {
  const owners = { render: renderService(store("render"), host), vercel: vercelProject(store("vercel"), host) };
  const running = world.services
    .list()
    .find(({ vendor, id }) => (vendor === "render" || vendor === "vercel") && owners[vendor] === id);
  return running?.localUrl;
}

/** A domain that redirects to another one answers no request itself. */
function renderService(store: Store, host: string): string | undefined {
  const custom = customDomains(store)
    .list()
    .find(({ name, redirectForName }) => name === host && redirectForName === "");
  if (custom) return custom.serviceId;
  const slug = /^([^.]+)\.onrender\.com$/.exec(host)?.[1];
  return services(store)
    .list()
    .find((service) => service.type === "web_service" && service.slug === slug)?.id;
}

/** By a domain of the project, or by the name of one of its deployments, which share a port here. */
function vercelProject(store: Store, host: string): string | undefined {
  const { domains, deployments } = stateOf(store);
  return domains.get(host)?.projectId ?? deployments.list().find(({ url }) => url === host)?.projectId;
}
