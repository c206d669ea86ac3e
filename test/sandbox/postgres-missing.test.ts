import { expect, test } from "vitest";
import { LoopbackAuthority } from "../../src/sandbox/loopback-authority.ts";
import { findPostgres } from "../../src/sandbox/postgres-programs.ts";
import { PostgresServers } from "../../src/sandbox/postgres-servers.ts";
import { findRedis } from "../../src/sandbox/redis-servers.ts";
import { serverUser } from "../../src/sandbox/server-user.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { healthyProject, management } from "../helpers/supabase-api.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("a server that is not there is an error that names its package and what works without", () => {
  const nowhere = { PATH: "/nowhere:" };
  for (const [find, name] of [
    [() => findPostgres(nowhere, []), "postgresql"],
    [() => findRedis(nowhere, []), "redis-server"],
  ] as const) {
    const advice = expect.arrayContaining([
      expect.stringContaining(`apt-get install ${name}`),
      "or start the sandbox without it: mais sandbox start",
    ]);
    expect(find).toThrow(expect.objectContaining({ name: "UserError", advice }));
  }
});

test("a project whose database cannot be made says so, the reason is reported, and it can be deleted", async () => {
  using folder = temporaryFolder();
  const reported: unknown[] = [];
  const servers = new PostgresServers({
    ...{ dir: folder.path, user: serverUser(), authority: LoopbackAuthority.open(folder.path) },
    programs: { postgres: "/bin/echo", initdb: "/bin/false" },
    report: (error) => void reported.push(error),
  });
  await using sandbox = await startSandbox(["supabase"]);
  sandbox.world.dataServers = { postgres: servers };
  const call = management(sandbox);
  const ref = await healthyProject(sandbox);
  await expect(servers.ready(ref)).rejects.toThrow("sandbox.log");
  expect((await call("GET", `/v1/projects/${ref}`)).body.status).toBe("INIT_FAILED");
  expect(reported).toEqual([expect.objectContaining({ message: expect.stringContaining("/bin/false") })]);
  expect((await call("DELETE", `/v1/projects/${ref}`)).status).toBe(200);
  expect(servers.state(ref)).toBeUndefined();
});
