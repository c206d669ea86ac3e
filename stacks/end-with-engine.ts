/**
 * A killed engine leaves the program with nobody to talk to: whatever it prints fails, and the SDK reports each failure by
 * printing it, for ever, on a whole processor. So the first line that finds no reader ends the program.
 */
export function endWithEngine(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));
}
