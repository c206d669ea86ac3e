import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceDefinition } from "@mais/provider-kit";
import { parseUrn, pluginVersion } from "@mais/provider-kit/plugin";
import { captureEngine, openSession, type Session } from "../engine/session.ts";
import { exportState, resourcesOf, type StackState, type StateResource } from "../engine/stack-state.ts";
import { exit, UserError } from "../user-error.ts";
import { idAtVendor } from "./import-id.ts";
import { resolveKind } from "./import-kind.ts";
import { type ImportedProgram, programOf } from "./import-program.ts";
import type { Place } from "./place.ts";
import { type Planned, plannedResources } from "./planned-resources.ts";
import { Vendors } from "./vendors.ts";

export interface ImportWish {
  stack: string;
  /** `render:index/webService:WebService`, or short: `render:WebService`. */
  type: string;
  /** The resource's name in the program. */
  name: string;
  /** The vendor's id, or the natural key of an object whose id users do not see. */
  id: string;
  /** The component that it belongs to: its URN, or `mais:index:ApiTier::api`. */
  parent: string | undefined;
  protect: boolean;
}

export interface Imported extends ImportedProgram {
  stack: string;
  target: "sandbox" | "live";
  urn: string;
  id: string;
  protect: boolean;
  /** The program has this resource already: a preview shows what differs. */
  isDeclared: boolean;
  warnings: string[];
}

/** Takes an object that exists at its vendor into the stack's state, and says how a program declares it. */
export async function importResource(wish: ImportWish, place: Place): Promise<Imported> {
  const definition = await resolveKind(wish.type);
  const session = await openSession({ ...place, stack: wish.stack });
  const { project, env } = session;
  let state = await exportState(session, { showSecrets: true });
  const vendor = definition.token.split(":")[0] ?? "";
  if (!providerUrn(state, vendor)) {
    await makeProvider(session, vendor, place);
    state = await exportState(session, { showSecrets: true });
  }
  const vendors = new Vendors({ env, root: place.root, state });
  const id = await idAtVendor(definition, wish, vendors);
  refuseKnown(resourcesOf(state), definition.token, { ...wish, id });
  const planned = await plannedAs(definition, wish, plannedResources(session, place));
  const parent = wish.parent ?? planned?.parent;
  const warnings = await place.progress.step(`Importing ${wish.name}`, () =>
    runImport(session, importFile(definition, { ...wish, id, parent }, state), wish),
  );
  const resource = resourcesOf(await exportState(session, { showSecrets: false })).find(
    (one) => one.type === definition.token && one.urn.endsWith(`::${wish.name}`) && !one.delete,
  );
  if (!resource) throw new UserError(`${wish.name} was imported, but the state does not have it.`);
  return {
    ...{ stack: project.stack, target: project.target, urn: resource.urn, id: resource.id ?? id },
    ...{ protect: wish.protect, warnings, isDeclared: planned?.urn === resource.urn },
    ...programOf(definition, resource, { name: wish.name, hasParent: parent !== undefined }),
  };
}

/** Nothing is ever managed twice: two resources would undo each other's changes, and one's deletion deletes the other's. */
function refuseKnown(resources: readonly StateResource[], token: string, { id, name, stack }: ImportWish): void {
  const known = resources.find((one) => one.type === token && one.id === id && !one.delete);
  if (!known) return;
  throw new UserError(`${id} is in the state of stack ${stack} already, as ${known.urn}.`, {
    advice: `To call it ${name}: mais pulumi state rename '${known.urn}' ${name} --stack ${stack}`,
    exit: exit.usage,
  });
}

/** The program's own resource of that type and name, if it has exactly one. A program that cannot be previewed has none. */
async function plannedAs(
  { token }: ResourceDefinition,
  { name }: ImportWish,
  planned: () => Promise<Planned[]>,
): Promise<Planned | undefined> {
  const all = await planned().catch(() => []);
  const same = all.filter(({ urn }) => parseUrn(urn).type === token && parseUrn(urn).name === name);
  const [only] = same;
  if (same.length !== 1 || !only) return undefined;
  // Under the stack itself a resource has no parent to name.
  return only.parent && parseUrn(only.parent).type === "pulumi:pulumi:Stack" ? { ...only, parent: undefined } : only;
}

/** The stack's own provider instance: it knows the account, and the program's resources use it. */
function providerUrn(state: StackState, vendor: string): string | undefined {
  return resourcesOf(state).find(({ urn }) => urn.endsWith(`::pulumi:providers:${vendor}::${vendor}`))?.urn;
}

/** A stack that is still empty has no provider instance; the program makes it, and nothing else. */
async function makeProvider(session: Session, vendor: string, place: Place): Promise<void> {
  const { stack } = session.project;
  const name = stack.split("/").at(-1) ?? stack;
  const target = `urn:pulumi:${name}::mais-deploy::pulumi:providers:${vendor}::${vendor}`;
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack, "--target", target];
  const made = await place.progress.step(`Registering the ${vendor} provider in stack ${stack}`, () =>
    captureEngine(session, args),
  );
  if (made.code === 0) return;
  throw new UserError(`Stack ${stack} has no ${vendor} provider yet, and it could not be made:\n${errorLines(made)}`, {
    advice: `See why: mais pulumi preview --stack ${stack}`,
  });
}

/** https://www.pulumi.com/docs/iac/guides/migration/import/#bulk-import-operations */
function importFile(definition: ResourceDefinition, { name, id, parent }: ImportWish, state: StackState): object {
  const { token } = definition;
  const vendor = token.split(":")[0] ?? "";
  const component = parent === undefined ? undefined : findParent(parent, state);
  const own = { type: token, name: "imported", logicalName: name, id, version: pluginVersion(token) };
  const nameTable = { provider: providerUrn(state, vendor), ...(component?.urn ? { parent: component.urn } : {}) };
  return {
    nameTable,
    resources: [
      ...(component?.made ? [{ ...component.made, name: "parent", component: true }] : []),
      { ...own, provider: "provider", ...(component ? { parent: "parent" } : {}) },
    ],
  };
}

interface Parent {
  /** One that state has. */
  urn?: string;
  /** One that is made along with the import, as the program will make it. */
  made?: { type: string; logicalName: string };
}

function findParent(wanted: string, state: StackState): Parent {
  const found = resourcesOf(state).find(({ urn }) => urn === wanted || urn.endsWith(`::${wanted}`));
  if (found) return { urn: found.urn };
  const [, type, logicalName] = /(?:^|::)(\w+:\w+:\w+)::(.+)$/.exec(wanted) ?? [];
  if (type && logicalName) return { made: { type, logicalName } };
  throw new UserError(`There is no parent "${wanted}" in the state.`, {
    advice: "Give its URN, or type and name of a component, such as --parent mais:index:ApiTier::api",
    exit: exit.usage,
  });
}

/** Answers the warnings. */
async function runImport(session: Session, file: object, { name, protect, stack }: ImportWish): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "mais-import-"));
  try {
    const path = join(folder, "import.json");
    await writeFile(path, JSON.stringify(file), { mode: 0o600 });
    const options = ["--generate-code=false", `--protect=${protect}`, "--yes", "--skip-preview", "--non-interactive"];
    const answer = await captureEngine(session, [
      "import",
      "--file",
      path,
      ...options,
      "--stack",
      session.project.stack,
    ]);
    if (answer.code === 0) return messages(answer.stdout, "warning");
    throw new UserError(`${name} was not imported:\n${errorLines(answer)}`, {
      advice: `Nothing was changed at the vendor. Look at the state: mais pulumi stack --stack ${stack} --show-urns`,
      exit: exit.deploy,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function errorLines({ stdout, stderr, reason }: { stdout: string; stderr: string; reason: string }): string {
  const errors = messages(`${stdout}\n${stderr}`, "error").filter((line) => !/^(update|preview) failed$/.test(line));
  return (errors.length > 0 ? errors : [reason]).map((line) => `  ${line}`).join("\n");
}

/** The engine's messages of one severity, each once. */
function messages(text: string, severity: "error" | "warning"): string[] {
  const found = text.matchAll(new RegExp(`^\\s*${severity}: (.+)$`, "gm"));
  return [...new Set([...found].map(([, message = ""]) => message.trim()))];
}
