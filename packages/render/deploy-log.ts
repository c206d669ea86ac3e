import { stripVTControlCharacters } from "node:util";
import { type Call, redact } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import type { Deploy } from "./wire.ts";

const LONGEST_LINE = 200;
const LAST_LINES = 20;

/**
 * What a service prints while it is deployed, fit to be shown. The kit takes the secrets out that the program gave; here
 * those go that it does not know: values that Render made up, that others set, and that come from linked groups.
 */
export class DeployLog {
  readonly #api: RenderApi;
  readonly #serviceId: string;
  readonly #call: Call;
  #hidden: Promise<string[]> | undefined;

  constructor(api: RenderApi, serviceId: string, call: Call) {
    this.#api = api;
    this.#serviceId = serviceId;
    this.#call = call;
  }

  async newestLine(deploy: Deploy): Promise<string | undefined> {
    return (await this.#lines(deploy, 1)).at(0);
  }

  lastLines(deploy: Deploy): Promise<string[]> {
    return this.#lines(deploy, LAST_LINES);
  }

  /** None where the log or what must be hidden cannot be read: that alone fails no deploy. */
  async #lines(deploy: Deploy, limit: number): Promise<string[]> {
    try {
      const lines = await this.#api.logLines(this.#serviceId, { limit, startTime: deploy.createdAt }, this.#call);
      if (lines.length === 0) return [];
      this.#hidden ??= valuesOf(this.#api, this.#serviceId, this.#call);
      const hidden = await this.#hidden;
      return lines.map((line) => printable(redact(line, hidden)));
    } catch {
      this.#hidden = undefined;
      return [];
    }
  }
}

/** Every value that the service sees: its own variables and files, and those of groups linked to it. */
async function valuesOf(api: RenderApi, serviceId: string, call: Call): Promise<string[]> {
  const own = [await api.envVars(serviceId, call), await api.secretFiles(serviceId, call)];
  const groups = await api.envGroupsOf(serviceId, call);
  const theirs = groups.flatMap(({ envVars, secretFiles }) => [
    ...envVars.map(({ value }) => value),
    ...secretFiles.map(({ content }) => content),
  ]);
  const values = [...own.flatMap((entries) => Object.values(entries)), ...theirs];
  // A file or key of several lines is printed line by line.
  return values.flatMap((value) => [value, ...value.split(/\r?\n/)]);
}

/** One line without colours and other control characters, which could rewrite the terminal. */
function printable(line: string): string {
  const plain = stripVTControlCharacters(line)
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE - 1)}…` : plain;
}
