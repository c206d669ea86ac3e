import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const client = new Client({ name: "vendor-tools", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command: "mcp-server-supabase", env: process.env }));

const { organizations } = await call("list_organizations");
const cost = await call("get_cost", { type: "project", organization_id: "sandbox" });
const { confirmation_id: confirmed } = await call("confirm_cost", cost);
const place = { region: "eu-central-1", organization_id: "sandbox", confirm_cost_id: confirmed };
const made = await call("create_project", { name: "from-the-server", ...place });
const project = await untilStatus("ACTIVE_HEALTHY");
const keys = await call("get_publishable_keys", { project_id: made.id });
// The sandbox's organization is on a paid plan, whose projects cannot be paused.
const refused = await call("pause_project", { project_id: made.id }).catch(({ message }) => message);
await client.close();

async function call(name, args = {}) {
  const { content, isError } = await client.callTool({ name, arguments: args });
  const text = content.map((part) => part.text).join("\n");
  if (isError) throw new Error(`${name}: ${text}`);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function untilStatus(status) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const found = await call("get_project", { id: made.id });
    if (found.status === status) return found;
    await sleep(250);
  }
  throw new Error(`the project does not become ${status}`);
}

const result = {
  organizations: organizations.map(({ slug }) => slug),
  made: made.name,
  status: project.status,
  keys: JSON.stringify(keys).includes("sb_publishable_"),
  refused: refused.includes("free plan"),
};
console.log(JSON.stringify(result));
