import { credentialProblems, usesSandbox } from "./connect.ts";
import type { ProviderDefinition } from "./define-provider.ts";
import { Refused } from "./errors.ts";
import type { PropertyMap } from "./values.ts";

type Env = Record<string, string | undefined>;

/** A provider as one engine run uses it. */
interface Used {
  provider: ProviderDefinition;
  args: PropertyMap;
}

/**
 * The credentials that an engine run needs, over all vendors: one for all provider instances of a process. What is new,
 * a whole vendor or one resource, is going to be made, so that its vendor's credentials are needed for certain; where
 * nothing changes none are. A program registers all its providers before the first resource, so that at the first write
 * of a new stack every vendor is known.
 */
export class Preflight {
  readonly #env: Env;
  readonly #used = new Map<string, Used & { makes: boolean }>();

  constructor(env: Env) {
    this.#env = env;
  }

  /** The program uses this provider; `makes` where it is going to make something for certain. */
  announce({ provider, args }: Used, makes: boolean): void {
    const known = this.#used.get(provider.name);
    this.#used.set(provider.name, { provider, args, makes: makes || known?.makes === true });
  }

  /** Refuses the write as long as any credential is missing that this run needs, and names all of them. */
  requireForWrite(writer: Used): void {
    const makers = [...this.#used.values()].filter(({ makes }) => makes);
    this.#require([writer, ...makers.filter(({ provider }) => provider.name !== writer.provider.name)]);
  }

  requireForRead(reader: Used): void {
    this.#require([reader]);
  }

  #require(needed: readonly Used[]): void {
    const problems = needed.flatMap((used) => this.#problems(used));
    if (problems.length === 0) return;
    const others = [...this.#used.values()].filter(
      (used) => !needed.some(({ provider }) => provider === used.provider),
    );
    const later = others.flatMap((used) => this.#problems(used));
    const also = later.length > 0 ? ` Needed too, once something changes there: ${later.join("; ")}.` : "";
    throw new Refused(`${problems.join("; ")}. Nothing was sent.${also}`);
  }

  #problems({ provider, args }: Used): string[] {
    return usesSandbox(args, this.#env) ? [] : credentialProblems(provider, this.#env);
  }
}
