import { createHttp } from "@mais/provider-kit/plugin";
import { expect, test } from "vitest";
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
