import { Vercel } from "@vercel/sdk";

const vercel = new Vercel({ bearerToken: process.env.VERCEL_TOKEN });
const teamId = "team_sandbox";
const idOrName = "from-the-sdk";

const made = await vercel.projects.createProject({ teamId, requestBody: { name: idOrName, framework: "nextjs" } });
const changed = await vercel.projects.updateProject({ teamId, idOrName, requestBody: { nodeVersion: "22.x" } });
const variable = { key: "GREETING", value: "hello", type: "encrypted", target: ["production"] };
await vercel.projects.createProjectEnv({ teamId, idOrName, upsert: "true", requestBody: variable });
const { envs } = await vercel.projects.filterProjectEnvs({ teamId, idOrName });
await vercel.projects.deleteProject({ teamId, idOrName });
const { projects } = await vercel.projects.getProjects({ teamId });

const result = {
  made: made.name,
  framework: made.framework,
  node: changed.nodeVersion,
  variables: envs.map(({ key }) => key),
  left: projects.map(({ name }) => name),
};
console.log(JSON.stringify(result));
