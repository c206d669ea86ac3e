import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { isAlive, ownerPid } from "./survivors.ts";

const CHECK_MS = 500;

/**
 * Tells the address of the engine that has claimed this run folder, once it is there. A warm process that nobody claims
 * ends with the command that started it.
 */
export function claimedEngine(run: string, onAbandoned: () => void, onClaimed: (address: string) => void): void {
  const look = () => {
    const address = readIfThere(join(run, "engine"));
    if (address) onClaimed(address.trim());
    else if (!isAlive(ownerPid(run))) onAbandoned();
    else return;
    clearInterval(timer);
  };
  const timer = setInterval(look, CHECK_MS);
  look();
}

/** Calls back once, when nothing listens on the engine's address any more: so even a killed engine is noticed. */
export function watchEngine(address: string, onEnd: () => void): void {
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  const timer = setInterval(() => {
    const socket = connect({ host: "127.0.0.1", port }, () => socket.destroy());
    socket.on("error", () => {
      clearInterval(timer);
      onEnd();
    });
  }, CHECK_MS);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
