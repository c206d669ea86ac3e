import type { Http } from "@mais/provider-kit";
import { z } from "zod";

/** Integrations' own have another scope, and are nobody's to manage. */
const SCOPE = "automation-bypass";

/** Read one by one: the answer's keys are secrets, which no error may name. */
const Answer = z.object({ protectionBypass: z.record(z.string(), z.unknown()).nullish() });
const Entry = z.object({
  scope: z.string(),
  createdAt: z.number(),
  createdBy: z.string(),
  isEnvVar: z.boolean().nullish(),
  note: z.string().nullish(),
});

/** A secret with which a request passes a project's deployment protection. */
export interface Bypass {
  secret: string;
  scope: string;
  createdAt: number;
  createdBy: string;
  isEnvVar: boolean;
  /** Without our marker. */
  note: string | undefined;
  /** The create that wrote it, where its marker is still there. */
  nonce: string | undefined;
}

/** What is sent of a note: Vercel's own provider takes 100 characters, of which the marker needs 40. */
export const NOTE_LIMIT = 60;
const MARKER = /\s?\[mais:([0-9a-f]{32})\]$/;

export function markNote(note: string, nonce: string): string {
  return `${note} [mais:${nonce}]`;
}

/** https://vercel.com/docs/deployment-protection/methods-to-bypass-deployment-protection/protection-bypass-automation */
export class ProtectionBypasses {
  readonly #http: Http;
  readonly #scope: Record<string, string>;

  constructor(http: Http, scope: Record<string, string>) {
    this.#http = http;
    this.#scope = scope;
  }

  async list(projectId: string, signal: AbortSignal): Promise<Bypass[]> {
    const path = `/v9/projects/${encodeURIComponent(projectId)}`;
    return bypassesOf(await this.#http.get(path, { query: this.#scope, signal, answer: Answer }));
  }

  generate(projectId: string, note: string, signal: AbortSignal): Promise<Bypass[]> {
    return this.#patch(projectId, { generate: { note } }, { signal });
  }

  update(
    projectId: string,
    change: { secret: string; isEnvVar?: boolean; note?: string },
    signal: AbortSignal,
  ): Promise<Bypass[]> {
    return this.#patch(projectId, { update: change }, { signal, repeatable: true });
  }

  revoke(projectId: string, secret: string, signal: AbortSignal): Promise<Bypass[]> {
    return this.#patch(projectId, { revoke: { secret, regenerate: false } }, { signal });
  }

  async #patch(
    projectId: string,
    json: Record<string, unknown>,
    { signal, repeatable = false }: { signal: AbortSignal; repeatable?: boolean },
  ): Promise<Bypass[]> {
    const path = `/v1/projects/${encodeURIComponent(projectId)}/protection-bypass`;
    const request = { query: this.#scope, signal, json, answer: Answer, repeatable };
    return bypassesOf(await this.#http.patch(path, request));
  }
}

function bypassesOf({ protectionBypass }: z.output<typeof Answer>): Bypass[] {
  return Object.entries(protectionBypass ?? {}).flatMap(([secret, value]) => {
    const { success, data } = Entry.safeParse(value);
    if (!success || data.scope !== SCOPE) return [];
    const { note, isEnvVar, ...rest } = data;
    const text = note?.replace(MARKER, "");
    const nonce = MARKER.exec(note ?? "")?.[1];
    return [{ ...rest, secret, isEnvVar: isEnvVar === true, note: text === "" ? undefined : text, nonce }];
  });
}
