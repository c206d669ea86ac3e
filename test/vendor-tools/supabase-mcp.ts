import { deepEqual, ok } from "node:assert/strict";
import type { VendorTool } from "./workshop.ts";

/** Supabase's own server for assistants, spoken to over its standard input; it has no tool that deletes a project. */
export const supabaseMcp: VendorTool = {
  name: "supabase-mcp",
  packages: ["@supabase/mcp-server-supabase@0.13.0", "@modelcontextprotocol/sdk@1.32.2"],
  async prove(workshop) {
    deepEqual(await workshop.runClient("supabase-mcp.mjs"), {
      organizations: ["sandbox"],
      made: "from-the-server",
      status: "ACTIVE_HEALTHY",
      keys: true,
      refused: true,
    });
    ok(workshop.calls("supabase").some((call) => call.startsWith("POST /v1/projects 201")));
  },
};
