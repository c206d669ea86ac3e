/** One promise of a resource kind, with the run that shows whether it is kept. */
export interface Proof {
  name: string;
  run(): unknown;
}

/** Hands in a proof; with `each` one for every name, which stands in the title where `%s` does. */
export interface Prove {
  (name: string, run: Proof["run"]): void;
  each(names: readonly string[]): (title: string, run: (name: string) => unknown) => void;
}

/** Collects what is handed in, so that the same proofs serve as tests and as judges of a definition broken on purpose. */
export function collectProofs(handIn: (prove: Prove) => void): Proof[] {
  const proofs: Proof[] = [];
  const add = (name: string, run: Proof["run"]) => void proofs.push({ name, run });
  const each: Prove["each"] = (names) => (title, run) => {
    for (const name of names)
      add(
        title.replace("%s", () => name),
        () => run(name),
      );
  };
  handIn(Object.assign(add, { each }));
  return proofs;
}
