import { setTimeout as sleep } from "node:timers/promises";
import { RenderClient } from "render-api";

const render = new RenderClient({ apiKey: process.env.RENDER_API_KEY });
const ownerId = process.env.RENDER_OWNER_ID;

const { service } = await render.services.create({
  type: "web_service",
  name: "from-the-client",
  ownerId,
  image: { ownerId, imagePath: "docker.io/library/nginx:1.27" },
  serviceDetails: { runtime: "image", plan: "starter", region: "frankfurt", healthCheckPath: "/health" },
});
const read = await render.services.retrieve(service.id);
const renamed = await render.services.update(service.id, { name: "renamed" });
await render.services.envVars.set(service.id, "GREETING", "hello");
const { items } = await render.services.envVars.list(service.id);
const application = await untilHealthy(`https://${service.slug}.onrender.com/health`);
await render.services.delete(service.id);
const gone = await render.services.retrieve(service.id).then(
  () => 200,
  (error) => error.statusCode ?? error.status,
);

async function untilHealthy(url) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const answer = await fetch(url);
    if (answer.ok) return (await answer.json()).standIn;
    await sleep(250);
  }
  throw new Error(`${url} does not answer`);
}

const result = {
  made: service.name,
  read: read.name,
  renamed: renamed.name,
  variables: Object.fromEntries(items.map(({ key, value }) => [key, value])),
  application,
  gone,
};
console.log(JSON.stringify(result));
