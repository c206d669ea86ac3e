import { Refusal } from "../emulator.ts";

/** Upstash's error bodies are bare JSON strings, as seen in reports; the published `{code, message}` is used nowhere. */
export function refuse(status: number, message: string): Refusal {
  return new Refusal(status, message);
}

export const databaseNotFound = () => refuse(404, "database not found");
