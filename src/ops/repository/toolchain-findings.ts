import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Finding, StackChoice } from "./finding.ts";
import type { Repository } from "./read-repository.ts";

const INSTALL = { npm: "npm ci", pnpm: "pnpm install --frozen-lockfile", yarn: "yarn install" } as const;

/** What holds for the whole repository, whatever the stack. */
export function repositoryFindings(repository: Repository): Finding[] {
  return [lockFinding(repository), ...engineFindings(repository), ...schemaFinding(repository)];
}

function lockFinding({ locks, packages }: Repository): Finding {
  const declared = packages[0]?.manifest.packageManager?.split("@")[0];
  const rule = "expected one lock file, of the package manager that package.json names";
  const read = `${locks.map(({ file }) => file).join(", ") || "no lock file"}; packageManager ${declared ?? "not set"}`;
  const managers = new Set(locks.map(({ manager }) => manager));
  const fits = managers.size === 1 && (declared === undefined || [...managers].some((manager) => manager === declared));
  const fix = `Commit the lock file of ${declared ?? "one package manager"}, and no other`;
  return { verdict: fits ? "ok" : "wrong", subject: "lock file", read, rule, ...(fits ? {} : { fix }) };
}

/** 18 and 20 are past their end of life. https://nodejs.org/en/about/previous-releases */
function engineFindings({ packages }: Repository): Finding[] {
  const rule = "expected Node 22 or 24: 18 and 20 are past their end of life";
  return packages.flatMap(({ folder, manifest }) => {
    const range = manifest.engines.node;
    if (range === undefined)
      return folder === "." ? [{ verdict: "unknown", subject: "engines.node", read: "not set", rule }] : [];
    const majors = [...range.matchAll(/(?<![\d.])v?(\d+)/g)].map(([, major]) => Number(major));
    const fits = majors.includes(22) || majors.includes(24);
    const open = /^>=\s*\d+/.test(range) && majors.length === 1 && (majors[0] ?? 0) < 24;
    const verdict = fits ? "ok" : open ? "unknown" : "wrong";
    const fix = `Set engines.node in ${folder}/package.json to 24.x`;
    return [
      {
        verdict,
        subject: `${folder}/package.json engines.node`,
        read: range,
        rule,
        ...(verdict === "wrong" ? { fix } : {}),
      } satisfies Finding,
    ];
  });
}

function schemaFinding({ path, packages }: Repository): Finding[] {
  const usesPrisma = packages.some(
    ({ manifest }) => manifest.dependencies["@prisma/client"] ?? manifest.devDependencies.prisma,
  );
  if (!usesPrisma) return [];
  const places = packages.flatMap(({ folder }) =>
    ["prisma/schema.prisma", "schema.prisma"].map((file) => join(folder, file)),
  );
  const found = places.filter((file) => existsSync(join(path, file)));
  const rule = "expected schema.prisma where prisma looks for it";
  return [
    {
      verdict: found.length > 0 ? "ok" : "unknown",
      subject: "prisma schema",
      read: found.join(", ") || "none found",
      rule,
    },
  ];
}

/** Whether the commands install with the manager whose lock file is there. */
export function installFindings(choice: StackChoice, { locks }: Repository): Finding[] {
  const [lock] = locks;
  if (!lock || new Set(locks.map(({ manager }) => manager)).size > 1) return [];
  const commands = [
    { subject: "web.installCommand", command: choice.web?.installCommand },
    ...choice.services.map(({ tier, buildCommand }) => ({ subject: `${tier}.buildCommand`, command: buildCommand })),
  ];
  return commands.flatMap(({ subject, command }): Finding[] => {
    const used = /(?:^|[\s;&])(npm|pnpm|yarn)\s+(?:ci|install|i)\b/.exec(command ?? "")?.[1];
    if (command === undefined || used === undefined) return [];
    const about = {
      subject,
      read: `${command}; ${lock.file}`,
      rule: `expected to install with ${lock.manager}, whose lock file is there`,
    };
    if (used === lock.manager) return [{ ...about, verdict: "ok" }];
    return [
      {
        ...about,
        verdict: "wrong",
        fix: `Install with ${INSTALL[lock.manager]} in mais:${subject} of Pulumi.${choice.stack}.yaml`,
      } satisfies Finding,
    ];
  });
}
