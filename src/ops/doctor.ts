import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { ENVIRONMENTS } from "../config/environments.ts";
import { parseStackFile } from "../engine/stack-file.ts";
import { exit, UserError } from "../user-error.ts";
import type { Place } from "./place.ts";
import type { Finding, StackChoice } from "./repository/finding.ts";
import { readRepository } from "./repository/read-repository.ts";
import { serverFindings } from "./repository/server-findings.ts";
import { installFindings, repositoryFindings } from "./repository/toolchain-findings.ts";
import { webFindings } from "./repository/web-findings.ts";

/** A finding, and the stack whose settings it is about; without one it holds for every stack. */
export type StackFinding = Finding & { stack?: string };

/** Judges whether the stacks' settings fit the application's repository. Reads files only, and changes none. */
export function examineRepository(path: string, stack: string | undefined, { root, cwd }: Place): StackFinding[] {
  const repository = readRepository(resolve(cwd, path));
  const stacks = stack === undefined ? ENVIRONMENTS.filter((name) => existsSync(stackFile(root, name))) : [stack];
  const perStack = stacks.flatMap((name) => {
    const choice = readChoice(root, name);
    const findings = [webFindings, serverFindings, installFindings].flatMap((judge) => judge(choice, repository));
    return findings.map((finding) => ({ stack: name, ...finding }));
  });
  return [...repositoryFindings(repository), ...perStack];
}

const text = z.string().optional().catch(undefined);
/** A tier that is `false` or missing is left out. */
const tier = z.looseObject({ buildCommand: text, startCommand: text, installCommand: text, outputDirectory: text });
const folders = z.looseObject({ webRoot: z.string().default("."), apiRoot: z.string().default(".") });

/** Loose on purpose: `mais validate` judges the form, and a setting that it refuses must be explained here. */
function readChoice(root: string, stack: string): StackChoice {
  const file = stackFile(root, stack);
  if (!existsSync(file)) {
    throw new UserError(`There is no stack "${stack}": Pulumi.${stack}.yaml is missing.`, {
      advice: `Stacks are called ${ENVIRONMENTS.join(", ")}.`,
      exit: exit.stackNotFound,
    });
  }
  const { config } = parseStackFile(readFileSync(file, "utf8"), `Pulumi.${stack}.yaml`);
  const nested = z.record(z.string(), z.unknown()).catch({}).parse(config.mais);
  const value = (key: string) => config[`mais:${key}`] ?? nested[key];
  const { webRoot, apiRoot } = folders.catch({ webRoot: ".", apiRoot: "." }).parse(value("repository"));
  const web = tier.safeParse(value("web")).data;
  const services = ["api", "worker", "cron"].flatMap((name) => {
    const found = tier.safeParse(value(name)).data;
    return found ? [{ tier: name, buildCommand: found.buildCommand, startCommand: found.startCommand }] : [];
  });
  return { stack, webRoot, apiRoot, services, ...(web ? { web } : {}) };
}

function stackFile(root: string, stack: string): string {
  return join(root, `Pulumi.${stack}.yaml`);
}
