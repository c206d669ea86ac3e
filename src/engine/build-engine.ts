import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { capture } from "./capture.ts";
import { ENGINE_VERSION } from "./engine-version.ts";
import type { Environment } from "./locate-engine.ts";

const VERSION_FLAG = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;

/** What to build, each in the module that pins it. */
const BUILDS = [
  {
    module: "tools/engine",
    program: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    linkerFlags: `-s -w ${VERSION_FLAG}`,
  },
  {
    module: "tools/engine/host",
    program: "pulumi-language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    linkerFlags: "-s -w",
  },
] as const;

export interface Go {
  program: string;
  version: string;
}

/** The Go toolchain on the path, or why there is none. */
export async function findGo(env: Environment): Promise<Go | { problem: string }> {
  const answer = await capture("go", ["version"], { env: { ...env, GOTOOLCHAIN: "local" }, timeout: 30_000 });
  const version = /go version (\S+)/.exec(answer.stdout)?.[1];
  return answer.code === 0 && version
    ? { program: "go", version }
    : { problem: answer.code === undefined ? "no Go toolchain on the path" : `go version failed: ${answer.reason}` };
}

/** Builds both programs into `folder/bin`. Answers a problem in words, or undefined. */
export async function buildEngine(
  folder: string,
  options: { root: string; env: Environment; update: (detail: string) => void },
): Promise<string | undefined> {
  const { root, env, update } = options;
  await mkdir(join(folder, "bin"), { recursive: true });
  for (const build of BUILDS) {
    let packages = 0;
    const output = join(folder, "bin", build.program);
    const args = ["build", "-v", "-trimpath", "-buildvcs=false", `-ldflags=${build.linkerFlags}`, "-o", output];
    update(`${build.program}, reading modules`);
    const result = await capture("go", [...args, build.package], {
      cwd: join(root, build.module),
      env: { ...env, GOWORK: "off", CGO_ENABLED: "0" },
      onLine: (line) => {
        if (line.startsWith("go: downloading")) update(`${build.program}, fetching ${line.split(" ").at(-2)}`);
        else if (!line.startsWith("go: ")) update(`${build.program}, ${++packages} packages compiled`);
      },
    });
    if (result.code !== 0)
      return `go build of ${build.program} failed: ${firstProblem(result.stderr) || result.reason}`;
  }
  return undefined;
}

/** Compiled packages and downloads are on stderr too; the first other line says what went wrong. */
function firstProblem(stderr: string): string | undefined {
  const isNews = (line: string) => line.startsWith("go: downloading") || /^[\w.-]+(\/[\w.@~-]+)*$/.test(line);
  return stderr.split("\n").find((line) => line.trim() !== "" && !isNews(line) && !line.startsWith("# "));
}
