import { setTimeout as sleep } from "node:timers/promises";
import type { Configuration } from "../../config/configuration.ts";
import { fingerprint, shortFingerprint } from "../../config/fingerprint.ts";
import { type Receipts, receipts as receiptsSchema } from "../../config/receipts.ts";
import { projectKey } from "../../config/secret-record.ts";
import { openSession } from "../../engine/session.ts";
import { exportState } from "../../engine/stack-state.ts";
import type { Place } from "../place.ts";
import { sandboxFolder, sandboxServices } from "../sandbox.ts";
import { readStackConfig, type StackConfig } from "../stack-config.ts";
import { up } from "../up.ts";
import { type ApiAddress, askRunning, measureWindow } from "./ask-running.ts";
import { deathOf } from "./death.ts";
import { heldValues } from "./held-values.ts";
import type { HeldValues, RotationWorld, StackChange } from "./rotation-world.ts";
import { storeChange } from "./store-change.ts";

/** A stack as a rotation finds it: its file by the engine, its state, its running application. */
export class StackWorld implements RotationWorld {
  readonly #stack: string;
  readonly #place: Place;
  readonly #configuration: Configuration;
  #config: StackConfig | undefined;
  #held: HeldValues | undefined;

  constructor(stack: string, place: Place, configuration: Configuration) {
    this.#stack = stack;
    this.#place = place;
    this.#configuration = configuration;
  }

  async given(): Promise<ReadonlyMap<string, string>> {
    const { config } = await this.#read();
    const own = Object.entries(config).map(([key, value]) => [key.replace(/^mais:/, ""), value] as const);
    return new Map(own.filter(([name, value]) => /^[A-Z]/.test(name) && value.trim() !== ""));
  }

  async receipts(): Promise<Receipts> {
    const { config } = await this.#read();
    return receiptsSchema.parse(JSON.parse(config["mais:receipts"] ?? "{}"));
  }

  async store(change: StackChange): Promise<void> {
    const present = await this.receipts();
    this.#config = undefined;
    await storeChange(await openSession({ ...this.#place, stack: this.#stack }), change, present);
  }

  async describe(name: string, value: string) {
    const { environment, variables } = this.#configuration;
    const shape = variables.get(name)?.row[environment].shape.words;
    return { fingerprint: await this.fingerprint(value), ...(shape ? { shape } : {}) };
  }

  async fingerprint(value: string): Promise<string> {
    return shortFingerprint(fingerprint(projectKey(this.#place.root), value));
  }

  async up(label: string): Promise<void> {
    this.#place.progress.line(label);
    this.#held = undefined;
    await up(this.#stack, this.#place);
  }

  async held(): Promise<HeldValues> {
    this.#held ??= heldValues(
      await exportState(await openSession({ ...this.#place, stack: this.#stack }), { showSecrets: true }),
    );
    return this.#held;
  }

  async reports(token: string | undefined) {
    return await askRunning(await this.#api(), token);
  }

  async deathOf(name: string, value: string | undefined) {
    return await deathOf(name, value);
  }

  async measure(work: () => Promise<void>): Promise<number | undefined> {
    return await measureWindow(await this.#api(), work);
  }

  today(): string {
    return new Date().toISOString().slice(0, 10);
  }

  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }

  async #read(): Promise<StackConfig> {
    this.#config ??= await readStackConfig(this.#stack, this.#place);
    return this.#config;
  }

  /** On the sandbox the service that has a health check; elsewhere the stack's own domain. */
  async #api(): Promise<ApiAddress | undefined> {
    const { settings } = this.#configuration;
    if (!settings.api) return undefined;
    const { readinessPath } = settings.api.health;
    if (settings.target === "live") return { base: `https://${settings.domains.api}`, readinessPath };
    const { root, env } = this.#place;
    const services = await sandboxServices(sandboxFolder(root, env)).catch(() => []);
    const api = services.find(({ localUrl, healthCheckPath }) => localUrl && healthCheckPath);
    return api?.localUrl ? { base: api.localUrl, readinessPath } : undefined;
  }
}
