import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { PostgresAddresses, PostgresHost, PostgresSpec, Row, ServerState, Statement } from "./data-servers.ts";
import { freeAddress, isFreeSoon } from "./loopback-address.ts";
import type { LoopbackAuthority } from "./loopback-authority.ts";
import { makeClusterFolder, newPassword, PostgresCluster } from "./postgres-cluster.ts";
import { restoreCopy, saveCopy } from "./postgres-copies.ts";
import { PostgresPooler } from "./postgres-pooler.ts";
import { type PostgresPrograms, versionOf } from "./postgres-programs.ts";
import { literal, passwordChange } from "./postgres-roles.ts";
import { openWay, type ServerUser } from "./server-user.ts";

export interface PostgresServersOptions {
  /** The sandbox's folder; the clusters are beneath it. */
  dir: string;
  programs: PostgresPrograms;
  user: ServerUser;
  authority: LoopbackAuthority;
  /** A server that did not come up. */
  report(error: unknown, what: string): void;
}

const Address = z.object({ host: z.string(), port: z.number() });
/** What a cluster keeps beside its data. */
const Kept = z.object({
  schema: z.literal("mais.sandbox.postgres/1"),
  adminPassword: z.string(),
  direct: Address,
  transaction: Address,
  session: Address,
});
type Kept = z.infer<typeof Kept>;

interface Project {
  spec: PostgresSpec;
  cluster: PostgresCluster;
  pooler: PostgresPooler;
  addresses: PostgresAddresses;
  state: ServerState;
  /** What is under way; the next thing waits for it. */
  turn: Promise<unknown>;
}

/** Direct connections that Supabase's sizes allow at most, beside the pooler's clients. */
const DIRECT_CONNECTIONS = 60;

/** A cluster with a server of its own for each project, so that one can be stopped, restored and deleted without the others. */
export class PostgresServers implements PostgresHost {
  readonly version: string;
  readonly #options: PostgresServersOptions;
  readonly #folder: string;
  readonly #projects = new Map<string, Project>();

  constructor(options: PostgresServersOptions) {
    this.#options = options;
    this.version = versionOf(options.programs);
    this.#folder = join(options.dir, "postgres");
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    openWay(options.user, options.dir, [this.#folder]);
  }

  async open(spec: PostgresSpec): Promise<PostgresAddresses> {
    const known = this.#projects.get(spec.ref);
    if (known) {
      known.spec = spec;
      return known.addresses;
    }
    const project = await this.#prepare(spec);
    this.#projects.set(spec.ref, project);
    project.turn = this.#start(project);
    return project.addresses;
  }

  state(ref: string): ServerState | undefined {
    return this.#projects.get(ref)?.state;
  }

  addresses(ref: string): PostgresAddresses | undefined {
    return this.#projects.get(ref)?.addresses ?? readKept(join(this.#folder, ref, "cluster.json"));
  }

  async ready(ref: string): Promise<void> {
    const project = this.#project(ref);
    await project.turn;
    if (project.state !== "ready") throw new Error(`PostgreSQL of project ${ref} did not start; see sandbox.log`);
  }

  async setPassword(ref: string, password: string): Promise<void> {
    await this.query(ref, { text: passwordChange(password) }, "admin");
  }

  async configure(ref: string, name: string, value: string): Promise<void> {
    const text = `ALTER DATABASE postgres SET ${name} = ${literal(value)}`;
    await this.query(ref, { text }, "admin");
  }

  async query(ref: string, statement: Statement, as: "postgres" | "admin" = "postgres"): Promise<Row[]> {
    await this.ready(ref);
    return await this.#project(ref).cluster.query(statement, as === "admin" ? undefined : as);
  }

  async saveAs(ref: string, name: string): Promise<void> {
    const { cluster } = this.#project(ref);
    await this.#takeTurn(ref, () => saveCopy({ cluster, ...this.#copy(ref, name) }));
  }

  async goBackTo(ref: string, name: string, password: string): Promise<void> {
    const project = this.#project(ref);
    await this.#takeTurn(ref, async () => {
      project.state = "restarting";
      await project.cluster.stop();
      await restoreCopy({ cluster: project.cluster, ...this.#copy(ref, name) });
      await this.#start(project);
      if (this.state(ref) === "ready") await project.cluster.query({ text: passwordChange(password) });
    });
  }

  async stop(ref: string): Promise<void> {
    const project = this.#projects.get(ref);
    if (!project) return;
    this.#projects.delete(ref);
    await project.pooler.close();
    await project.turn.catch(() => {});
    await project.cluster.stop();
  }

  async remove(ref: string): Promise<void> {
    await this.stop(ref);
    rmSync(join(this.#folder, ref), { recursive: true, force: true });
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#projects.keys()].map((ref) => this.stop(ref)));
  }

  async clear(): Promise<void> {
    await this.stopAll();
    for (const name of readdirSync(this.#folder)) rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  #project(ref: string): Project {
    const project = this.#projects.get(ref);
    if (!project) throw new Error(`project ${ref} has no PostgreSQL open`);
    return project;
  }

  #copy(ref: string, name: string): { copy: string; user: ServerUser } {
    return { copy: join(this.#folder, ref, "copies", name), user: this.#options.user };
  }

  #takeTurn(ref: string, work: () => Promise<void>): Promise<void> {
    const project = this.#project(ref);
    const turn = project.turn.catch(() => {}).then(work);
    project.turn = turn;
    return turn;
  }

  async #prepare(spec: PostgresSpec): Promise<Project> {
    const { ref } = spec;
    const { programs, user, dir, authority } = this.#options;
    const folder = join(this.#folder, ref);
    makeClusterFolder(folder, user);
    await untilGone(join(folder, "data", "postmaster.pid"));
    const file = join(folder, "cluster.json");
    const before = readKept(file);
    const name = `${dir}/${ref}`;
    const direct = before && (await isFreeSoon(before.direct)) ? before.direct : await freeAddress(name, 5432);
    const limit = () => this.#projects.get(ref)?.spec.poolerClients ?? spec.poolerClients;
    const ready = () => this.ready(ref);
    const pooler = await PostgresPooler.open({ ref, name, database: direct, limit, ready, before, authority });
    const adminPassword = before?.adminPassword ?? newPassword();
    const addresses = { direct, ...pooler.addresses };
    const kept: Kept = { schema: "mais.sandbox.postgres/1", adminPassword, ...addresses };
    writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
    const connections = spec.poolerClients + DIRECT_CONNECTIONS;
    const cluster = new PostgresCluster({
      ...{ folder, programs, user, authority, address: direct, adminPassword, password: spec.password, connections },
    });
    const state = existsSync(cluster.data) ? "restarting" : "starting";
    return { spec, cluster, pooler, addresses, state, turn: Promise.resolve() };
  }

  /** Never throws: what it came to is the project's state. */
  async #start(project: Project): Promise<void> {
    try {
      await project.cluster.start();
      project.state = "ready";
    } catch (error) {
      project.state = "failed";
      this.#options.report(error, `PostgreSQL of project ${project.spec.ref}`);
    }
  }
}

/** A sandbox that was killed leaves its servers a moment, and their ports with them. */
async function untilGone(pidFile: string, limitMs = 12_000): Promise<void> {
  const until = performance.now() + limitMs;
  while (isAlive(pidFile) && performance.now() < until) await sleep(20);
}

function isAlive(pidFile: string): boolean {
  try {
    process.kill(Number(readFileSync(pidFile, "utf8").split("\n")[0]), 0);
    return true;
  } catch {
    return false;
  }
}

function readKept(file: string): Kept | undefined {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isAbsent) return undefined;
    throw error;
  }
}
