import { parse, stringify } from "yaml";
import { UserError } from "../user-error.ts";

interface ProjectFile {
  main: string;
  plugins?: { providers?: { path: string }[] };
}

/** The checkout's Pulumi.yaml, with its paths as seen from elsewhere. */
export function rebaseProjectFile(text: string, rebase: (path: string) => string): string {
  const project = parseProjectFile(text);
  const providers = project.plugins?.providers?.map((provider) => ({ ...provider, path: rebase(provider.path) }));
  const plugins = providers ? { plugins: { ...project.plugins, providers } } : {};
  return stringify({ ...project, main: rebase(project.main), ...plugins });
}

function parseProjectFile(text: string): ProjectFile {
  try {
    const project: unknown = parse(text);
    // The file is our own; the engine judges the rest of it.
    if (typeof project === "object" && project !== null && "main" in project) return project as ProjectFile;
    throw new Error("it has no `main`");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UserError(`Pulumi.yaml cannot be read: ${reason}`, { advice: "Correct it, then try again.", cause });
  }
}
