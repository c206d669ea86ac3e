import type { Http } from "@mais/provider-kit";
import { z } from "zod";
import { FirewallAnswer } from "./firewall-wire.ts";

/** A project's firewall, which Vercel keeps as one configuration. https://vercel.com/docs/vercel-firewall */
export class Firewall {
  readonly #http: Http;
  readonly #scope: Record<string, string>;

  constructor(http: Http, scope: Record<string, string>) {
    this.#http = http;
    this.#scope = scope;
  }

  /** Not found where nobody has configured one yet. */
  active(projectId: string, signal: AbortSignal): Promise<FirewallAnswer> {
    const query = { ...this.#scope, projectId };
    return this.#http.get("/v1/security/firewall/config/active", { query, signal, answer: FirewallAnswer });
  }

  /** Writes it whole; live at once, without a deployment. */
  async write(projectId: string, json: Record<string, unknown>, signal: AbortSignal): Promise<FirewallAnswer> {
    const answer = z.object({ active: FirewallAnswer });
    const request = { query: { ...this.#scope, projectId }, signal, json, answer, repeatable: true };
    return (await this.#http.put("/v1/security/firewall/config", request)).active;
  }
}
