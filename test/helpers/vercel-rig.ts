import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProviderDefinition } from "@mais/provider-kit";
import { createHttp, Journal, ProviderInstance } from "@mais/provider-kit/plugin";
import { explain, Vercel } from "../../packages/vercel/client.ts";
import { provider } from "../../packages/vercel/provider.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";

type Fields = Record<string, unknown>;

interface Decoded {
  properties: Fields;
}

interface State {
  id: string;
  inputs: Fields;
  properties: Fields;
}

/** Vercel's provider on the kit, over HTTP against the sandbox, driven the way the engine drives it. */
export class VercelRig implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly api: Vercel;
  readonly warnings: string[] = [];
  readonly #states = new Map<string, State>();
  readonly #folder = mkdtempSync(join(tmpdir(), "mais-vercel-"));
  #instance: ProviderInstance;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    const options = {
      ...{ vendor: "Vercel", baseUrl: sandbox.url("vercel"), secrets: [], explain, requestIdHeader: "x-vercel-id" },
      headers: { authorization: "Bearer sandbox_vercel" },
    };
    this.api = new Vercel(createHttp(options), "team_sandbox");
    this.#instance = this.#start();
  }

  #start(): ProviderInstance {
    const connected: ProviderDefinition<Vercel> = {
      ...{ ...provider, credentials: {}, verifyAccount: undefined as never },
      connect: () => this.api,
    };
    const log = () => ({
      progress: () => {},
      note: () => {},
      warn: (_urn: string, text: string) => void this.warnings.push(text),
    });
    const instance = new ProviderInstance({
      provider: connected as unknown as ProviderDefinition,
      surroundings: { env: { VERCEL_API_TOKEN: "unused" }, root: this.#folder },
      journal: new Journal(join(this.#folder, "journal")),
      log: log as never,
      stopped: new AbortController().signal,
    });
    instance.configure({});
    return instance;
  }

  /** What an engine that was killed before it wrote its state knows afterwards: nothing of this resource. */
  forget(name: string): void {
    this.#states.delete(name);
    this.#instance = this.#start();
  }

  /** Goes back to a state from before a step, as an engine that was killed during the step does. */
  recall(name: string, state: State): void {
    this.#states.set(name, state);
    this.#instance = this.#start();
  }

  check(kind: string, name: string, inputs: Fields): string[] {
    const { problems } = this.#instance.check(urnOf(kind, name), plain({}), plain(inputs));
    return problems.map(({ property, reason }) => `${property} ${reason}`);
  }

  /** Where state would hold secrets for these inputs. */
  secretPaths(kind: string, name: string, inputs: Fields): unknown[] {
    return this.#instance.check(urnOf(kind, name), plain({}), plain(inputs)).secretPaths;
  }

  /** One step of an up. Answers what it did. */
  async up(kind: string, name: string, wanted: Fields): Promise<"create" | "update" | "replace" | "same"> {
    const urn = urnOf(kind, name);
    const state = this.#states.get(name);
    const { inputs, problems } = this.#instance.check(urn, plain(state?.inputs ?? {}), plain(wanted));
    if (problems.length > 0)
      throw new Error(problems.map(({ property, reason }) => `${property} ${reason}`).join("; "));
    if (!state) return this.#create(urn, name, inputs);
    const old = { id: state.id, urn, oldInputs: plain(state.inputs), oldOutputs: plain(state.properties) };
    const difference = this.#instance.diff(old, plain(inputs));
    if (difference.changed.size === 0) return "same";
    if (difference.replaces) {
      await this.#instance.delete({ ...old, timeoutSeconds: 0 });
      await this.#create(urn, name, inputs);
      return "replace";
    }
    const { properties } = await this.#instance.update({ ...old, timeoutSeconds: 0 }, plain(inputs), false);
    this.#states.set(name, { id: state.id, inputs, properties });
    return "update";
  }

  async #create(urn: string, name: string, inputs: Fields): Promise<"create"> {
    const { id, properties } = await this.#instance.create(urn, plain(inputs), 0, false);
    this.#states.set(name, { id, inputs, properties });
    return "create";
  }

  /** Answers false when the object is gone. */
  async refresh(kind: string, name: string): Promise<boolean> {
    const { id, inputs, properties } = this.state(name);
    const urn = urnOf(kind, name);
    const read = await this.#instance.read({
      id,
      urn,
      oldInputs: plain(inputs),
      oldOutputs: plain(properties),
      timeoutSeconds: 0,
    });
    if (read)
      this.#states.set(name, { id: read.id, inputs: read.inputs.properties, properties: read.outputs.properties });
    else this.#states.delete(name);
    return read !== undefined;
  }

  async import(kind: string, name: string, id: string): Promise<State> {
    const urn = urnOf(kind, name);
    const read = await this.#instance.read({ id, urn, oldInputs: plain({}), oldOutputs: plain({}), timeoutSeconds: 0 });
    if (!read) throw new Error(`${id} is not there`);
    const state = { id: read.id, inputs: read.inputs.properties, properties: read.outputs.properties };
    this.#states.set(name, state);
    return state;
  }

  async destroy(kind: string, name: string): Promise<void> {
    const { id, inputs, properties } = this.state(name);
    const urn = urnOf(kind, name);
    await this.#instance.delete({
      id,
      urn,
      oldInputs: plain(inputs),
      oldOutputs: plain(properties),
      timeoutSeconds: 0,
    });
    this.#states.delete(name);
  }

  /** Keeps a half-made object as the engine does. */
  keep(name: string, failed: unknown): void {
    if (!(failed instanceof Error) || !("id" in failed)) throw failed;
    // The kit's own form of a partial failure.
    const { id, inputs, outputs } = failed as unknown as { id: string; inputs: Decoded; outputs: Decoded };
    this.#states.set(name, { id, inputs: inputs.properties, properties: outputs.properties });
  }

  /** The update that the engine sends for a half-made object, whether or not its inputs changed. */
  async finish(kind: string, name: string, wanted: Fields): Promise<void> {
    const { id, inputs, properties } = this.state(name);
    const urn = urnOf(kind, name);
    const old = { id, urn, oldInputs: plain(inputs), oldOutputs: plain(properties), timeoutSeconds: 0 };
    const updated = await this.#instance.update(old, plain(wanted), false);
    this.#states.set(name, { id, inputs: wanted, properties: updated.properties });
  }

  state(name: string): State {
    const state = this.#states.get(name);
    if (!state) throw new Error(`nothing is known of ${name}`);
    return state;
  }

  /** The method and path of each request that `run` causes. */
  async calls(run: () => Promise<unknown>): Promise<string[]> {
    const before = this.sandbox.requests().length;
    await run();
    return this.sandbox
      .requests()
      .slice(before)
      .map(({ method, path }) => `${method} ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    await this.sandbox[Symbol.asyncDispose]();
  }
}

export async function startVercelRig(options: Parameters<typeof startSandbox>[1] = {}): Promise<VercelRig> {
  return new VercelRig(await startSandbox(["vercel"], options));
}

function plain(properties: Fields): { properties: Fields; secretPaths: never[] } {
  return { properties, secretPaths: [] };
}

function urnOf(kind: string, name: string): string {
  const file = kind.charAt(0).toLowerCase() + kind.slice(1);
  return `urn:pulumi:dev::mais::vercel:index/${file}:${kind}::${name}`;
}
