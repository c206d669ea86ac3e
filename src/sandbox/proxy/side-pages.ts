import type { IncomingMessage, ServerResponse } from "node:http";
import { FRAMEWORKS, REGIONS } from "../vercel/project-body.ts";
import { SIDE_HOSTS } from "./hosts.ts";
import { answerJson } from "./refusals.ts";

/** The capability without which Vercel's provider takes a region for one that runs no functions. */
const RUNS_FUNCTIONS = "V2_DEPLOYMENT_CREATE";

/** Where Supabase's MCP server asks which documentation it can search. */
const DOCUMENTATION = "/docs/api/graphql";
/** There is none here, and nothing to search in. */
const NO_DOCUMENTATION = "type Query { schema: String! }";

/**
 * What the vendors' tools read beside the APIs before they do anything: the lists by which Vercel's Terraform provider
 * checks frameworks and regions, and the schema of Supabase's documentation. The forms are inferred from those tools.
 */
export function answerSidePage(host: string, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const path = (request.url ?? "/").split("?")[0];
  if (host === SIDE_HOSTS.vercelFrameworks)
    answerJson(
      response,
      200,
      FRAMEWORKS.map((slug) => ({ slug })),
    );
  else if (host === SIDE_HOSTS.vercelRegions) answerJson(response, 200, regions());
  else if (path === DOCUMENTATION) answerJson(response, 200, { data: { schema: NO_DOCUMENTATION } });
  else answerJson(response, 404, { message: `The sandbox has no page ${host}${path}.` });
}

function regions(): Record<string, { caps: string[] }> {
  return Object.fromEntries(REGIONS.map((region) => [region, { caps: [RUNS_FUNCTIONS] }]));
}
