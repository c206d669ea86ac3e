import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where create intents are kept: beside the state where the backend is a folder, so that both move together. */
export function journalFolder(env: Record<string, string | undefined>, root: string): string {
  const backend = env.PULUMI_BACKEND_URL ?? "";
  if (backend.startsWith("file:///")) return join(fileURLToPath(backend), ".mais-journal");
  return join(root, ".mais", "journal");
}
