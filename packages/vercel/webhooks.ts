import type { Http } from "@mais/provider-kit";
import { z } from "zod";

const WebhookAnswer = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  projectIds: z.array(z.string()).nullish(),
  createdAt: z.number(),
});
export type WebhookAnswer = z.output<typeof WebhookAnswer>;

interface Wanted {
  url: string;
  events: readonly string[];
  projectIds?: readonly string[] | undefined;
}

/** Whom a team tells of its deployments and projects. https://vercel.com/docs/webhooks */
export class Webhooks {
  readonly #http: Http;
  readonly #scope: Record<string, string>;

  constructor(http: Http, scope: Record<string, string>) {
    this.#http = http;
    this.#scope = scope;
  }

  list(signal: AbortSignal): Promise<WebhookAnswer[]> {
    return this.#http.get("/v1/webhooks", { query: this.#scope, signal, answer: z.array(WebhookAnswer) });
  }

  /** The only answer that has the secret. */
  create(json: Wanted, signal: AbortSignal) {
    const answer = WebhookAnswer.extend({ secret: z.string() });
    return this.#http.post("/v1/webhooks", { query: this.#scope, signal, json, answer });
  }

  get(id: string, signal: AbortSignal): Promise<WebhookAnswer> {
    return this.#http.get(pathOf(id), { query: this.#scope, signal, answer: WebhookAnswer });
  }

  delete(id: string, signal: AbortSignal) {
    return this.#http.delete(pathOf(id), { query: this.#scope, signal });
  }
}

function pathOf(id: string): string {
  return `/v1/webhooks/${encodeURIComponent(id)}`;
}
