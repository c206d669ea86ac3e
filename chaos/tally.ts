/** What a layer of chaos came to. */
export interface Tally {
  /** Faults that really struck. */
  faults: number;
  /** Runs (or trials), and how many of them ended as they should. */
  runs: number;
  converged: number;
  duplicates: number;
  orphans: number;
  leaks: number;
  /** A line for each that did not, with what repeats it. */
  failures: string[];
}

export function emptyTally(): Tally {
  return { faults: 0, runs: 0, converged: 0, duplicates: 0, orphans: 0, leaks: 0, failures: [] };
}

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    faults: a.faults + b.faults,
    runs: a.runs + b.runs,
    converged: a.converged + b.converged,
    duplicates: a.duplicates + b.duplicates,
    orphans: a.orphans + b.orphans,
    leaks: a.leaks + b.leaks,
    failures: [...a.failures, ...b.failures],
  };
}

export function isClean({ runs, converged, duplicates, orphans, leaks }: Tally): boolean {
  return converged === runs && duplicates === 0 && orphans === 0 && leaks === 0;
}

/** `120 faults, 40 of 40 converged, 0 duplicates, 0 orphans, 0 secret leaks` */
export function tallyLine({ faults, runs, converged, duplicates, orphans, leaks }: Tally): string {
  return `${faults} faults, ${converged} of ${runs} converged, ${duplicates} duplicates, ${orphans} orphans, ${leaks} secret leaks`;
}
