import { environment, prepare, root, run } from "./prepare.mjs";

const node = await prepare();
process.exitCode = await run(node, ["--", `${root}/src/cli/main.ts`, "demo", ...process.argv.slice(2)], {
  env: environment(),
});
