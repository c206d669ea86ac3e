import { environment, prepare, root, run } from "./prepare.mjs";

const node = await prepare();
process.exitCode = await run(node, ["--", `${root}/tools/tests/run.ts`, ...process.argv.slice(2)], {
  env: environment(),
});
