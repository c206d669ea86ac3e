import { readFileSync } from "node:fs";
import { createHttp } from "@mais/provider-kit/plugin";
import { expect, test } from "vitest";
import { z } from "zod";
import { explain, Vercel } from "../../packages/vercel/client.ts";
import { provider } from "../../packages/vercel/provider.ts";
import { startVercelRig } from "../helpers/vercel-rig.ts";

test("a token that does not open the stack's team is refused with the variable's name; the team's slug works too", async () => {
  await using rig = await startVercelRig();
  const { signal } = new AbortController();
  await expect(provider.verifyAccount?.(rig.api, { team: "team_other" }, signal)).rejects.toThrow(
    "VERCEL_API_TOKEN does not open the team team_other",
  );
  await provider.verifyAccount?.(rig.api, { team: "team_sandbox" }, signal);
  await rig.up("Project", "web", { name: "web" });
  const headers = { authorization: "Bearer sandbox_vercel" };
  const options = { vendor: "Vercel", baseUrl: rig.sandbox.url("vercel"), headers, secrets: [], explain };
  const bySlug = new Vercel(createHttp(options), "sandbox");
  expect(await bySlug.project("web", signal)).toMatchObject({ name: "web" });
  const personal = new Vercel(createHttp(options), undefined);
  await expect(personal.project("web", signal)).rejects.toThrow("404");
  const wrong = new Vercel(createHttp({ ...options, headers: { authorization: "Bearer other" } }), "sandbox");
  await expect(wrong.project("web", signal)).rejects.toThrow(/403.*Check that VERCEL_API_TOKEN is valid/);
});

interface Property {
  type?: string;
}
interface OfficialResource {
  inputProperties: Record<string, Property>;
  requiredInputs?: string[];
  properties: Record<string, Property>;
}

/** What the official provider does not have. */
const ADDED = ["productionDomain", "prune", "entries"];

test("tokens, property names, types and what is required are the official provider's", () => {
  const file = new URL("../contracts/vercel.schema.json", import.meta.url);
  const official = JSON.parse(readFileSync(file, "utf8")).resources as Record<string, OfficialResource>;
  const resources = provider.resources as readonly {
    definition: { token: string; inputs: z.ZodRawShape; outputs: z.ZodRawShape; autoName?: { property: string } };
  }[];
  expect(resources).toHaveLength(3);
  for (const { definition } of resources) {
    const theirs = official[definition.token];
    const ours = z.toJSONSchema(z.object(definition.inputs), { io: "input" });
    for (const [name, schema] of Object.entries(ours.properties ?? {})) {
      if (ADDED.includes(name)) continue;
      const type = theirs?.inputProperties[name]?.type ?? "object";
      const own = Object(schema);
      expect([definition.token, name, own.type ?? typeof own.anyOf?.[0]?.const]).toEqual([
        definition.token,
        name,
        type,
      ]);
    }
    for (const name of Object.keys(definition.outputs))
      if (!ADDED.includes(name)) expect([...Object.keys(theirs?.properties ?? {})]).toContain(name);
    const required = (ours.required ?? []).filter((name) => name !== definition.autoName?.property);
    expect(required.sort()).toEqual([...(theirs?.requiredInputs ?? [])].sort());
  }
});
