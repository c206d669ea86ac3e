import { createHash } from "node:crypto";
import type { DataServers } from "./data-servers.ts";
import type { ServiceHost } from "./service-host.ts";

/** Time as the sandbox sees it. Asynchronous states are functions of it; nothing in the sandbox reads another clock. */
export interface Clock {
  now(): Date;
}

export class SystemClock implements Clock {
  #ahead: number;

  constructor(ahead = 0) {
    this.#ahead = ahead;
  }

  /** How far it runs ahead of the machine's clock, in milliseconds. */
  get ahead(): number {
    return this.#ahead;
  }

  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }
}

/** Stands still until told otherwise; for tests. */
export class ManualClock implements Clock {
  #at: number;

  constructor(start = Date.parse("2026-01-15T09:00:00Z")) {
    this.#at = start;
  }

  now(): Date {
    return new Date(this.#at);
  }

  advance(ms: number): void {
    this.#at += ms;
  }
}

/** How long the vendors' slow steps take here, in milliseconds of the sandbox's clock. */
export interface Delays {
  supabaseProject: number;
  renderDeploy: number;
  vercelDeployment: number;
}

export const DEFAULT_DELAYS: Delays = { supabaseProject: 2_000, renderDeploy: 1_000, vercelDeployment: 1_000 };

/** What all emulators share. */
export interface World {
  clock: Clock & { advance(ms: number): void };
  delays: Delays;
  ids: Ids;
  /** Runs what the emulated platforms would run. */
  services: ServiceHost;
  /** Whether a vendor's rate limit is only counted, as by default, or also refuses. */
  limits?: { refuse: boolean };
  /** The loopback address of what the sandbox runs under that public name. */
  findApplication?(host: string): string | undefined;
  /** Real databases behind the emulated ones; absent unless asked for. */
  dataServers?: DataServers | undefined;
}

/** Ids and secrets: the same seed gives the same sequence, so a run can be repeated. */
export class Ids {
  readonly #seed: string;
  #next: number;

  constructor(seed: string, next = 0) {
    this.#seed = seed;
    this.#next = next;
  }

  get seed(): string {
    return this.#seed;
  }

  get next(): number {
    return this.#next;
  }

  /** `length` characters of `alphabet`. */
  text(length: number, alphabet = "0123456789abcdefghijklmnopqrstuv"): string {
    let result = "";
    while (result.length < length) {
      const bytes = createHash("sha256")
        .update(`${this.#seed}/${this.#next++}`)
        .digest();
      for (const byte of bytes) if (result.length < length) result += alphabet[byte % alphabet.length];
    }
    return result;
  }

  uuid(): string {
    const hex = this.text(32, "0123456789abcdef");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
