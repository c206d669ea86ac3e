import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Package, packageAt, type Repository, tidy } from "./read-repository.ts";

/** What a command line needs from the repository, as far as it can be told without running it. */
export interface CommandVerdict {
  verdict: "ok" | "wrong" | "unknown";
  why: string;
}

const SCRIPT = /^(?:npm|pnpm|yarn)\s+(.*)$/;
/** Words of the package managers that are no scripts. */
const BUILT_IN = new Set(["ci", "install", "i", "exec", "dlx", "add", "prune", "rebuild", "workspace", "workspaces"]);

/** Judges each part of `a && b`: the script, or the file that node is to run, must be there. */
export function judgeCommand(command: string, folder: string, repository: Repository): CommandVerdict {
  const parts = command.split(/&&|;/).map((part) => part.trim());
  const verdicts = parts.map((part) => judgePart(part, tidy(folder), repository));
  return (
    verdicts.find(({ verdict }) => verdict === "wrong") ??
    verdicts.find(({ verdict }) => verdict === "unknown") ?? {
      verdict: "ok",
      why: verdicts.map(({ why }) => why).join("; "),
    }
  );
}

function judgePart(part: string, folder: string, repository: Repository): CommandVerdict {
  const file = /^node\s+(?:--\S+\s+)*([^-\s]\S*)$/.exec(part)?.[1];
  if (file) return judgeFile(file, folder, repository);
  const rest = SCRIPT.exec(part)?.[1];
  if (rest === undefined) return { verdict: "unknown", why: `"${part}" is no script of package.json` };
  return judgeScript(part, rest, { folder, repository });
}

function judgeFile(file: string, folder: string, { path }: Repository): CommandVerdict {
  if (existsSync(join(path, folder, file)) || existsSync(join(path, folder, `${file}.js`))) {
    return { verdict: "ok", why: `${file} is there` };
  }
  const built = /^(\.\/)?(dist|build|out|apps|packages)\//.test(file);
  return built
    ? { verdict: "unknown", why: `${file} is not in the repository; the build may make it` }
    : { verdict: "wrong", why: `${folder} has no ${file}` };
}

function judgeScript(
  part: string,
  rest: string,
  { folder, repository }: { folder: string; repository: Repository },
): CommandVerdict {
  const member = /(?:^|\s)(?:-w|--workspace|--filter|-F)[=\s]+(\S+)/.exec(rest);
  const words = rest
    .replace(member?.[0] ?? "", " ")
    .split(/\s+/)
    .filter((word) => word && !word.startsWith("-"));
  const script = words[0] === "run" ? words[1] : words[0];
  if (script === undefined || BUILT_IN.has(script)) return { verdict: "ok", why: `"${part}" installs` };
  const target = member?.[1] === undefined ? packageAt(repository, folder) : memberNamed(member[1], repository);
  if (!target) return { verdict: "wrong", why: `"${part}" means ${member?.[1] ?? folder}, which is no package here` };
  if (target.manifest.scripts[script] !== undefined) return { verdict: "ok", why: `script ${script} is there` };
  return { verdict: "wrong", why: `${target.folder}/package.json has no script "${script}"` };
}

function memberNamed(name: string, { packages }: Repository): Package | undefined {
  return packages.find(({ folder, manifest }) => manifest.name === name || folder === tidy(name));
}
