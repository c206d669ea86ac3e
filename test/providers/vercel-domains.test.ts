import { expect, test } from "vitest";
import { until } from "../helpers/until.ts";
import { vercelCaller } from "../helpers/vercel-caller.ts";
import { startVercelRig } from "../helpers/vercel-rig.ts";

const KIND = "ProjectDomain";

async function startWithProjects() {
  const rig = await startVercelRig({ delays: { vercelDeployment: 1_000 } });
  const call = vercelCaller(rig.sandbox);
  const make = async (name: string) => String((await call("POST", "/v11/projects", { name })).body.id);
  return {
    rig,
    call,
    web: await make("web"),
    docs: await make("docs"),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

test("a domain is added, redirected in place, and neither a refresh nor a second up finds a difference", async () => {
  await using given = await startWithProjects();
  const { rig, web } = given;
  const domain = { projectId: web, domain: "www.example.com" };
  await rig.up(KIND, "www", domain);
  expect(rig.state("www")).toMatchObject({
    id: `${web}/www.example.com`,
    properties: { verified: true, misconfigured: false, verifications: [] },
  });
  await rig.refresh(KIND, "www");
  expect(rig.state("www").inputs).toEqual(domain);
  expect(await rig.calls(() => rig.up(KIND, "www", domain))).toEqual([]);
  const redirected = { ...domain, redirect: "example.com", redirectStatusCode: 308 };
  expect(await rig.up(KIND, "www", redirected)).toBe("update");
  await rig.refresh(KIND, "www");
  expect(rig.state("www").inputs).toEqual(redirected);
  expect(await rig.up(KIND, "www", domain)).toBe("update");
  const live = await vercelCaller(rig.sandbox)("GET", "/v9/projects/web/domains/www.example.com");
  expect(live.body).toMatchObject({ redirect: null, redirectStatusCode: null });
});

test("an unverified domain is no failure: its DNS record is an output and a warning", async () => {
  await using given = await startWithProjects();
  const { rig, web } = given;
  await rig.up(KIND, "app", { projectId: web, domain: "unverified.example.com" });
  const { verified, verifications } = rig.state("app").properties as {
    verified: boolean;
    verifications: { value: string }[];
  };
  expect([verified, verifications]).toMatchObject([false, [{ type: "TXT", domain: "_vercel.example.com" }]]);
  expect(rig.warnings).toEqual([expect.stringContaining(`TXT _vercel.example.com = "${verifications[0]?.value}"`)]);
});

test("with waitForReady the run waits until the record is there", async () => {
  await using given = await startWithProjects();
  const { rig, web } = given;
  let done = false;
  const up = rig.up(KIND, "app", { projectId: web, domain: "pending.example.com", waitForReady: true }).finally(() => {
    done = true;
  });
  const asked = () => rig.sandbox.requests().some(({ method, path }) => method === "POST" && path.endsWith("/verify"));
  await until("the first look", asked);
  expect(done).toBe(false);
  rig.sandbox.clock.advance(1_000);
  await up;
  expect(rig.state("app").properties).toMatchObject({ verified: true, misconfigured: false, verifications: [] });
});

test("a domain that another project holds is refused with what to do, and that one stays", async () => {
  await using given = await startWithProjects();
  const { rig, web, docs, call } = given;
  await rig.up(KIND, "app", { projectId: docs, domain: "app.example.com" });
  await expect(rig.up(KIND, "mine", { projectId: web, domain: "app.example.com" })).rejects.toThrow(
    /belongs to another project.*Remove it there first/,
  );
  expect((await call("GET", "/v9/projects/docs/domains/app.example.com")).status).toBe(200);
});

test("another project or name is a replacement, and a domain is imported by project and name", async () => {
  await using given = await startWithProjects();
  const { rig, web, docs, call } = given;
  await rig.up(KIND, "app", { projectId: web, domain: "app.example.com" });
  expect(await rig.up(KIND, "app", { projectId: docs, domain: "app.example.com" })).toBe("replace");
  expect((await call("GET", "/v9/projects/web/domains/app.example.com")).status).toBe(404);
  const imported = await rig.import(KIND, "again", `${docs}/app.example.com`);
  expect(imported.inputs).toEqual({ projectId: docs, domain: "app.example.com" });
  await rig.destroy(KIND, "app");
  expect(await rig.refresh(KIND, "again")).toBe(false);
});

test("combinations that Vercel refuses are named before anything is sent", async () => {
  await using given = await startWithProjects();
  const { rig, web } = given;
  const domain = { projectId: web, domain: "example.com" };
  expect(rig.check(KIND, "app", { ...domain, redirect: "example.com", gitBranch: "next" })).toEqual([
    "gitBranch cannot be given together with redirect",
    "redirect is the domain itself",
  ]);
  expect(rig.check(KIND, "app", { ...domain, redirectStatusCode: 308 })).toEqual(["redirectStatusCode needs redirect"]);
  expect(rig.check(KIND, "app", { ...domain, domain: "https://example.com/" })).toHaveLength(1);
});
