import { judgeCommand } from "./commands.ts";
import type { Finding, StackChoice } from "./finding.ts";
import { dependenciesOf, locksIn, type Package, packageAt, type Repository, tidy } from "./read-repository.ts";

const FRAMEWORKS = ["express", "fastify", "koa", "@nestjs/core", "hono"];

/** Whether Render finds, builds and starts the services with this stack's settings. */
export function serverFindings(choice: StackChoice, repository: Repository): Finding[] {
  if (choice.services.length === 0) return [];
  const here = packageAt(repository, choice.apiRoot);
  return [
    folderFinding(choice, here, repository),
    ...(here ? reachFindings(choice, here, repository) : []),
    ...choice.services.flatMap((service) =>
      (["buildCommand", "startCommand"] as const).flatMap((key) => {
        const command = service[key];
        return command === undefined ? [] : [commandFinding(`${service.tier}.${key}`, command, { choice, repository })];
      }),
    ),
  ];
}

function folderFinding({ apiRoot, stack }: StackChoice, here: Package | undefined, repository: Repository): Finding {
  const servers = repository.packages.filter((one) =>
    FRAMEWORKS.some((name) => dependenciesOf(one)[name] !== undefined),
  );
  const folders = servers.map(({ folder }) => folder).join(", ");
  const about = { subject: "repository.apiRoot", read: `${apiRoot}; servers are in ${folders || "no package"}` };
  const rule = "expected a folder with the server's package.json, or the root of the workspace";
  if (!here) {
    return {
      ...about,
      verdict: "wrong",
      rule,
      fix: `Set mais:repository.apiRoot in Pulumi.${stack}.yaml to ${folders || "the server's folder"}`,
    };
  }
  const fits =
    servers.includes(here) || (here.folder === "." && servers.length > 0) || here.manifest.scripts.start !== undefined;
  return { ...about, verdict: fits ? "ok" : "unknown", rule };
}

/** Files outside a service's root directory are there neither while it is built nor while it runs. https://render.com/docs/monorepo-support */
function reachFindings({ apiRoot, stack }: StackChoice, here: Package, repository: Repository): Finding[] {
  if (tidy(apiRoot) === ".") return [];
  const names = new Set(repository.packages.flatMap(({ manifest }) => manifest.name ?? []));
  const needed = Object.keys(dependenciesOf(here)).filter((name) => names.has(name));
  const lockless = locksIn(repository.path, here.folder).length === 0 && repository.locks.length > 0;
  const rule = "Render sees nothing outside the root directory: expected the lock file and all needed packages inside";
  const read = `${apiRoot}: needs ${needed.join(", ") || "no package of the workspace"}; lock file ${lockless ? "only at the root" : "not only at the root"}`;
  if (needed.length === 0 && !lockless) return [{ verdict: "ok", subject: "repository.apiRoot", read, rule }];
  const fix = `Set mais:repository.apiRoot in Pulumi.${stack}.yaml to . and name the package in the commands (npm: --workspace ${here.folder})`;
  return [{ verdict: "wrong", subject: "repository.apiRoot", read, rule, fix }];
}

function commandFinding(
  subject: string,
  command: string,
  { choice, repository }: { choice: StackChoice; repository: Repository },
): Finding {
  const rule = "expected a command whose script or file is in the repository";
  const { verdict, why } = judgeCommand(command, choice.apiRoot, repository);
  const fix = `Correct mais:${subject} in Pulumi.${choice.stack}.yaml; it runs in ${tidy(choice.apiRoot)}`;
  return { verdict, subject, read: `${command}: ${why}`, rule, ...(verdict === "wrong" ? { fix } : {}) };
}
