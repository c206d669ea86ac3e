import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { copyFile, lstat, mkdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Which source a deploy takes. */
export interface SourceId {
  /** Of a folder whose files are as committed, the commit; else a hash of its files. 40 hexadecimal digits. */
  commit: string;
  /** The commit's subject, or what the hash stands for. */
  message: string;
}

/** What a deploy copies is read while the sandbox answers nobody else, so it must stay small. */
const MOST = { files: 50_000, bytes: 512 * 1024 * 1024 };
const MAX_OUTPUT = 64 * 1024 * 1024;
const ABSENT = "0".repeat(40);

/** The state of a local repository at this moment; it waits for no other work of the sandbox, so nothing can come between. */
export function identifySource(folder: string): SourceId {
  const committed = askGit(folder, "log", "-1", "--format=%H %s");
  const prefix = committed && askGit(folder, "rev-parse", "--show-prefix");
  if (committed && prefix !== undefined && askGit(folder, "cat-file", "-e", `HEAD:${prefix}`) !== undefined) {
    const changed = askGit(folder, "status", "--porcelain", "--untracked-files=all", "--", ".");
    const at = committed.indexOf(" ");
    if (changed === "") return { commit: committed.slice(0, at), message: committed.slice(at + 1) };
  }
  const message = committed ? "files that are not committed as they are" : "the files of a folder without Git";
  return { commit: contentHash(folder, filesOf(folder)), message };
}

/** Copies the source as it was when it was identified, or any commit that Git has; answers who gave it. */
export async function takeSource(folder: string, commit: string, into: string): Promise<"git" | "folder"> {
  await mkdir(into, { recursive: true });
  const prefix = askGit(folder, "rev-parse", "--show-prefix");
  if (prefix !== undefined && askGit(folder, "cat-file", "-e", `${commit}:${prefix}`) !== undefined) {
    await checkOut(folder, `${commit}:${prefix}`, into);
    return "git";
  }
  const files = filesOf(folder);
  if (contentHash(folder, files) !== commit)
    throw new Error(`${folder} is not at ${commit.slice(0, 7)} any more, and no commit of Git has that name`);
  await copyFiles(folder, files, into);
  // It may have been edited while it was copied.
  if (contentHash(into, files) !== commit) {
    await rm(into, { recursive: true, force: true });
    throw new Error(`${folder} was changed while it was copied; deploy it again`);
  }
  return "folder";
}

/** Through an index of its own: the user's repository is only read. */
async function checkOut(folder: string, tree: string, into: string): Promise<void> {
  const index = `${into}.index`;
  const gitDir = askGit(folder, "rev-parse", "--absolute-git-dir") ?? "";
  const env = { ...gitEnvironment(), GIT_DIR: gitDir, GIT_WORK_TREE: into, GIT_INDEX_FILE: index };
  const git = (...args: string[]) => promisify(execFile)("git", args, { cwd: into, env, maxBuffer: MAX_OUTPUT });
  try {
    await git("read-tree", tree);
    await git("checkout-index", "--all", "--force");
  } finally {
    await rm(index, { force: true });
  }
}

/** What belongs to the source: with Git all but what is ignored, else all but installed packages. Relative paths, sorted. */
function filesOf(folder: string): string[] {
  const isIgnored = askGit(folder, "check-ignore", "--quiet", ".") !== undefined;
  const listed = isIgnored ? undefined : askGit(folder, "ls-files", "-z", "-co", "--exclude-standard", "--", ".");
  const files = listed === undefined ? walk(folder) : listed.split("\0").filter(Boolean);
  const kept = [...new Set(files)].filter((file) => kindOf(join(folder, file)) !== undefined).sort();
  const bytes = kept.reduce((sum, file) => sum + lstatSync(join(folder, file)).size, 0);
  if (kept.length > MOST.files || bytes > MOST.bytes) throw tooLarge(folder);
  return kept;
}

function walk(folder: string): string[] {
  const files: string[] = [];
  const below = [""];
  for (let path = below.pop(); path !== undefined; path = below.pop()) {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === ".git") continue;
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      (entry.isDirectory() ? below : files).push(inner);
    }
    if (files.length + below.length > MOST.files) throw tooLarge(folder);
  }
  return files;
}

function tooLarge(folder: string): Error {
  const limit = `${MOST.files} files and ${MOST.bytes / 1024 / 1024} MB`;
  return new Error(`${folder} holds more than ${limit}; put what does not belong to the source into .gitignore`);
}

function kindOf(path: string): "file" | "program" | "link" | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink()) return "link";
  if (!stats?.isFile()) return undefined;
  return stats.mode & 0o100 ? "program" : "file";
}

function contentHash(folder: string, files: readonly string[]): string {
  const hash = createHash("sha1");
  for (const file of files) {
    const path = join(folder, file);
    const kind = kindOf(path);
    const content = kind === undefined ? ABSENT : kind === "link" ? readlinkSync(path) : readFileSync(path);
    hash.update(`${file}\0${kind}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

async function copyFiles(folder: string, files: readonly string[], into: string): Promise<void> {
  for (const file of files) {
    const [from, to] = [join(folder, file), join(into, file)];
    await mkdir(dirname(to), { recursive: true });
    if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from), to);
    else await copyFile(from, to);
  }
}

/** Its output without the last line's end; undefined where it fails: no Git, no repository, somebody else's repository. */
function askGit(folder: string, ...args: string[]): string | undefined {
  try {
    const options = { cwd: folder, env: gitEnvironment(), maxBuffer: MAX_OUTPUT } as const;
    const output = execFileSync("git", args, { ...options, stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 });
    return output.toString("utf8").replace(/\n$/, "");
  } catch {
    return undefined;
  }
}

/** It reads, and takes no lock; another repository that the environment names is not meant. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return { ...Object.fromEntries(others), GIT_OPTIONAL_LOCKS: "0" };
}
