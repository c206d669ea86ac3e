// `node tools/bootstrap/run.mjs <file or installed program> [arguments]`: whatever has to be installed first is.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment, prepare, root, run } from "./prepare.mjs";

const [what = "", ...args] = process.argv.slice(2);
const node = await prepare();
// Our own file, else a program of a package.
const file = existsSync(join(root, what)) ? join(root, what) : join(root, "node_modules", ".bin", what);
// `--`: Node would take --env-file, wherever it stands, for its own option.
process.exitCode = await run(node, ["--", file, ...args], { env: environment() });
