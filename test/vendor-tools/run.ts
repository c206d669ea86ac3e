import { postmarkJs } from "./postmark-js.ts";
import { renderApi } from "./render-api.ts";
import { stripeNode } from "./stripe-node.ts";
import { supabaseCli } from "./supabase-cli.ts";
import { supabaseJs } from "./supabase-js.ts";
import { supabaseMcp } from "./supabase-mcp.ts";
import { upstashCli } from "./upstash-cli.ts";
import { upstashRedis } from "./upstash-redis.ts";
import { vercelCli } from "./vercel-cli.ts";
import { vercelSdk } from "./vercel-sdk.ts";
import { type VendorTool, Workshop } from "./workshop.ts";

const TOOLS: readonly VendorTool[] = [
  ...[renderApi, supabaseCli, supabaseMcp, supabaseJs, upstashCli, upstashRedis],
  ...[vercelSdk, vercelCli, stripeNode, postmarkJs],
];

/**
 * Points the vendors' own tools, fresh from the npm registry and unmodified, at a sandbox by the lines that
 * `mais sandbox proxy` prints: `node test/vendor-tools/run.ts [NAME…]`. Needs the registry, so no test run includes it.
 */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !TOOLS.some((tool) => tool.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `No such tool: ${unknown.join(", ")}. There are: ${TOOLS.map(({ name }) => name).join(", ")}\n`,
    );
    return 2;
  }
  let failed = 0;
  for (const tool of TOOLS) if (names.length === 0 || names.includes(tool.name)) failed += (await tell(tool)) ? 0 : 1;
  return failed === 0 ? 0 : 1;
}

async function tell(tool: VendorTool): Promise<boolean> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1_000).toFixed(1)} s`;
  const what = `${tool.name.padEnd(14)} ${tool.packages.join(" ").padEnd(38)}`;
  try {
    await using workshop = await Workshop.open(tool);
    await tool.prove(workshop);
    const refused = [...new Set(workshop.calls("proxy"))];
    const besides = refused.length > 0 ? `; refused besides: ${refused.join(", ")}` : "";
    process.stdout.write(`works   ${what} ${seconds()}${besides}\n`);
    return true;
  } catch (error) {
    process.stdout.write(`FAILED  ${what} ${seconds()}\n${indent(describe(error))}\n`);
    return false;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = "stderr" in error ? `\n${String(error.stderr)}` : "";
  return `${error.message}${said}`;
}

function indent(text: string): string {
  return text
    .trim()
    .split("\n")
    .slice(0, 40)
    .map((line) => `        ${line}`)
    .join("\n");
}

process.exitCode = await main(process.argv.slice(2));
