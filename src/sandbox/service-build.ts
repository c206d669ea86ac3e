import { existsSync, statSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { DeployFailed, type DeployStep, type ServiceVersion } from "./service-host.ts";
import { installationOf, type ModulesCache } from "./service-modules.ts";
import { runtimeEnvironment } from "./service-process.ts";
import { identifySource, takeSource } from "./service-source.ts";
import { buildEnvironment, runStep, type Step, type StepCommand } from "./service-step.ts";

export interface BuildsOptions {
  /** Holds a folder for each service. */
  dir: string;
  modules: ModulesCache;
  buildLimitMs: number;
  preDeployLimitMs: number;
}

/** How many builds of a service stay for rollbacks, beside the one that runs. */
const KEPT = 5;

/**
 * The builds of local folders, each a copy of the source in which the build command has run. In a build's folder: `tree`,
 * the name of its commit (`commit`), `source` where Git cannot give the source again, and `done` once it is whole.
 */
export class ServiceBuilds {
  readonly #options: BuildsOptions;

  constructor(options: BuildsOptions) {
    this.#options = options;
  }

  /** The folder where the version's commands run; built now unless its build is there. The running version's build stays. */
  async prepare(step: Step, running?: string): Promise<string> {
    const { version } = step;
    const place = join(this.#options.dir, version.id, version.buildId ?? "build");
    const folder = join(place, "tree", version.rootDir ?? "");
    if (existsSync(join(place, "done")) && version.buildId !== undefined) {
      step.log.add("build", `==> Using the build of ${version.buildId}`);
      await putSecretFiles(version, place, folder);
      return folder;
    }
    try {
      await rm(place, { recursive: true, force: true });
      await this.#fetch(step, place);
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
        throw new DeployFailed("build", `${version.name}: there is no folder ${version.rootDir} in ${version.folder}.`);
      await putSecretFiles(version, place, folder);
      await this.#build(step, folder);
      await writeFile(join(place, "done"), "");
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      throw error;
    }
    await this.#prune(version.id, running);
    return folder;
  }

  /** Once before a version goes into service, as the version will run. */
  async preDeploy(step: Step, folder: string): Promise<void> {
    const { version, log } = step;
    const command = version.preDeployCommand;
    if (!command) return;
    log.add("build", `==> Running the pre-deploy command: ${command}`);
    const limitMs = this.#options.preDeployLimitMs;
    await runAs("pre-deploy", step, { command, folder, env: runtimeEnvironment(version), limitMs });
  }

  async forget(id: string): Promise<void> {
    await rm(join(this.#options.dir, id), { recursive: true, force: true });
  }

  async #fetch({ version, log }: Step, place: string): Promise<void> {
    const { folder, name } = version;
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      const advice = "Correct the file:// repository URL or the root directory.";
      throw new DeployFailed("build", `${name}: there is no folder ${folder}. ${advice}`);
    }
    const commit = version.commit ?? nameOf(folder, name);
    log.add("build", `==> Taking ${folder} at ${commit.slice(0, 7)}`);
    await mkdir(place, { recursive: true, mode: 0o700 });
    const tree = join(place, "tree");
    const earlier = await this.#earlier(version.id, commit);
    let from: "git" | "folder" = "folder";
    try {
      if (earlier) await cp(earlier, tree, { recursive: true, verbatimSymlinks: true });
      else from = await takeSource(folder, commit, tree);
    } catch (error) {
      throw new DeployFailed("build", `${name}: ${error instanceof Error ? error.message : String(error)}.`);
    }
    await writeFile(join(place, "commit"), commit);
    // Somebody may ask for it again when the folder has been edited.
    if (from === "folder") await cp(tree, join(place, "source"), { recursive: true, verbatimSymlinks: true });
  }

  /** The source of an earlier build of a commit that Git does not know. */
  async #earlier(id: string, commit: string): Promise<string | undefined> {
    for (const place of await this.#places(id)) {
      const source = join(place, "source");
      if (existsSync(source) && (await readFile(join(place, "commit"), "utf8").catch(() => "")) === commit)
        return source;
    }
    return undefined;
  }

  async #build(step: Step, folder: string): Promise<void> {
    const { version, log } = step;
    const { buildCommand } = version;
    if (!buildCommand) return;
    const env = buildEnvironment(version);
    const run = async (command: string): Promise<void> => {
      log.add("build", `==> Running the build command: ${command}`);
      await runAs("build", step, { command, folder, env, limitMs: this.#options.buildLimitMs });
    };
    const installation = installationOf(folder, buildCommand, env);
    if (installation) {
      const isFresh = version.clearCache ?? false;
      const install = () => run(installation.command);
      const how = await this.#options.modules.provide(installation, folder, { isFresh, install });
      if (how === "reused")
        log.add("build", `==> ${installation.command}: the lock file is as before, and so is node_modules`);
      if (installation.rest) await run(installation.rest);
    } else await run(buildCommand);
    log.add("build", "==> Built");
  }

  async #places(id: string): Promise<string[]> {
    const folder = join(this.#options.dir, id);
    return (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  }

  async #prune(id: string, running: string | undefined): Promise<void> {
    const places = (await this.#places(id)).filter((place) => existsSync(join(place, "done")));
    const dated = await Promise.all(
      places.map(async (place) => ({ place, at: (await stat(join(place, "done"))).mtimeMs })),
    );
    const old = dated.toSorted((a, b) => b.at - a.at).slice(KEPT);
    const unused = old.filter(({ place }) => place !== join(this.#options.dir, id, running ?? ""));
    await Promise.all(unused.map(({ place }) => rm(place, { recursive: true, force: true })));
  }
}

/** Builds read them too. Those of an earlier version go. */
async function putSecretFiles({ secretFiles = {} }: ServiceVersion, place: string, folder: string): Promise<void> {
  const list = join(place, "secret-files");
  const names = (text: string) => text.split("\n").filter(Boolean);
  const before = names(await readFile(list, "utf8").catch(() => ""));
  const given = Object.entries(secretFiles).filter(([name]) => isPlainName(name));
  for (const name of before) if (!Object.hasOwn(secretFiles, name)) await rm(join(folder, name), { force: true });
  for (const [name, content] of given) await writeFile(join(folder, name), content, { mode: 0o600 });
  if (before.length + given.length > 0) await writeFile(list, given.map(([name]) => name).join("\n"));
}

/** It names a file of the folder itself. */
function isPlainName(name: string): boolean {
  return name === basename(name) && name !== "." && name !== ".." && !name.includes("\n");
}

function nameOf(folder: string, name: string): string {
  try {
    return identifySource(folder).commit;
  } catch (error) {
    throw new DeployFailed("build", `${name}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function runAs(name: DeployStep, step: Step, command: StepCommand): Promise<void> {
  await runStep(step, command).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    throw new DeployFailed(name, `${step.version.name}: the ${name} command ${message}`);
  });
}
