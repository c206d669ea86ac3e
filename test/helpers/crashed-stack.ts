import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Intent, Journal } from "@mais/provider-kit/plugin";
import type { PendingOperation, StackState, StateResource } from "../../src/engine/stack-state.ts";
import type { Repair } from "../../src/ops/repair.ts";
import type { StackRun } from "./stack-run.ts";

/** A stack on the sandbox that is brought into the states which a crash leaves, by hand. */
export class CrashedStack {
  readonly run: StackRun;

  constructor(run: StackRun) {
    this.run = run;
  }

  /** What the engine keeps, read from the backend's own file: quicker than an export. */
  state(): Deployment {
    return (JSON.parse(readFileSync(this.#file, "utf8")) as Stored).checkpoint.latest;
  }

  pending(): string[] {
    return (this.state().pending_operations ?? []).map(({ type, resource }) => `${type} ${nameOf(resource)}`);
  }

  resource(name: string): StateResource {
    const found = this.state().resources?.find((one) => one.id && nameOf(one) === name);
    if (!found) throw new Error(`the state has no ${name}`);
    return found;
  }

  /** The engine died while it worked on this resource. A create is not in the state yet. */
  interrupt(type: PendingOperation["type"], name: string): StateResource {
    const resource = this.resource(name);
    this.#edit((deployment) => {
      const { id: _id, outputs: _outputs, ...asked } = resource;
      const pending = type === "creating" ? asked : resource;
      deployment.pending_operations = [{ resource: pending, type } as PendingOperation];
      if (type === "creating") forget(deployment, resource.urn);
    });
    return resource;
  }

  /** The answer to a create never arrived, and the engine went on. */
  forget(name: string): StateResource {
    const resource = this.resource(name);
    this.#edit((deployment) => forget(deployment, resource.urn));
    return resource;
  }

  get journal(): Journal {
    return new Journal(join(this.run.folder, "state", ".mais-journal"));
  }

  /** The entry of a create that began before the object was made. */
  enter({ urn, inputs }: StateResource, more: Partial<Intent> = {}): void {
    const label = String(inputs.name);
    this.journal.write({ urn, label, nonce: "0".repeat(32), startedAt: Date.now() - 600_000, existing: [], ...more });
  }

  entry(urn: string): Intent | undefined {
    return this.journal.find(urn);
  }

  async repair(...args: string[]): Promise<{ code: number | null; findings: Repair["findings"]; applied: boolean }> {
    const { code, stdout, stderr } = await this.run.mais("repair", "--stack", "dev", "--json", ...args);
    const { findings, applied } = JSON.parse(stdout) as { findings?: Repair["findings"]; applied?: boolean };
    if (!findings || applied === undefined) throw new Error(stderr);
    return { code, findings, applied };
  }

  async up() {
    return await this.run.mais("pulumi", "up", "--stack", "dev", "--yes", "--skip-preview");
  }

  /** One call of the Render API, as a person with a token would make it. */
  async render<T>(method: string, path: string, body?: object): Promise<T | undefined> {
    const { url } = JSON.parse(readFileSync(join(this.run.folder, "address.json"), "utf8")) as { url: string };
    const answer = await fetch(`${url}/render/v1${path}`, {
      method,
      headers: { authorization: "Bearer sandbox_render", "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`${answer.status} to ${method} ${path}`);
    const text = await answer.text();
    return text === "" ? undefined : (JSON.parse(text) as T);
  }

  /** Ids of all services of that name. */
  async services(name: string): Promise<string[]> {
    const all = await this.render<{ service: { id: string } }[]>("GET", `/services?name=${name}&limit=100`);
    return (all ?? []).map(({ service }) => service.id);
  }

  /** In the backend's own file: `pulumi stack import` would take every pending operation off. */
  get #file(): string {
    return join(this.run.folder, "state", ".pulumi", "stacks", "mais-deploy", "dev.json");
  }

  /** In the backend's own file: `pulumi stack import` would take every pending operation off. */
  #edit(change: (deployment: Deployment) => void): void {
    const stored = JSON.parse(readFileSync(this.#file, "utf8")) as Stored;
    change(stored.checkpoint.latest);
    writeFileSync(this.#file, JSON.stringify(stored));
  }
}

interface Stored {
  checkpoint: { latest: Deployment };
}

type Deployment = NonNullable<StackState["deployment"]>;

export function nameOf({ urn }: { urn: string }): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function forget(deployment: Deployment, urn: string): void {
  deployment.resources = (deployment.resources ?? []).filter((one) => one.urn !== urn);
}
