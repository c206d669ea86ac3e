import { type ExitCode, exit, UserError } from "../user-error.ts";
import {
  type EngineEvent,
  type NamedResource,
  namedResource,
  type StepMetadata,
  splitOutputs,
} from "./engine-events.ts";

/** What became of one resource: the engine's word for the step, such as `create` or `same`. */
export interface ResourceStep extends NamedResource {
  op: string;
  /** An object at a vendor, not a group of such. */
  isObject: boolean;
}

export interface UpResult {
  stack: string;
  target: "sandbox" | "live";
  steps: ResourceStep[];
  /** How many resources each kind of step had, as the engine counts: `{ create: 30 }`. */
  changes: Record<string, number>;
  outputs: Record<string, unknown>;
  /** Names of outputs that are secret; their values are not here. */
  secretOutputs: string[];
  warnings: string[];
}

const DONE: Readonly<Record<string, string>> = {
  create: "+ created",
  "create-replacement": "+ created anew",
  update: "~ updated",
  delete: "- deleted",
  "delete-replaced": "- deleted the old",
  replace: "± replaced",
  import: "= imported",
  read: "= read",
};

/** Gathers the engine's events of one `up`. */
export class UpRun {
  readonly #steps = new Map<string, ResourceStep>();
  readonly #running = new Map<string, { label: string; since: number }>();
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];
  #changes: Record<string, number> = {};
  #outputs: Record<string, unknown> = {};
  #policyFailed = false;
  #stepFailed = false;

  take(event: EngineEvent, say: (line: string) => void): void {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, policyEvent, summaryEvent } = event;
    if (resourcePreEvent) this.#begin(resourcePreEvent.metadata, event.timestamp);
    if (resOutputsEvent) this.#finish(resOutputsEvent.metadata, event.timestamp, say);
    if (resOpFailedEvent) this.#fail(resOpFailedEvent.metadata, say);
    if (diagnosticEvent && !diagnosticEvent.ephemeral) this.#diagnose(diagnosticEvent);
    if (policyEvent?.enforcementLevel === "mandatory") {
      this.#policyFailed = true;
      this.#errors.push(`${policyEvent.policyName}: ${policyEvent.message.trim()}`);
    }
    if (summaryEvent) this.#changes = summaryEvent.resourceChanges;
  }

  /** What the engine waits for now. */
  inFlight(): string {
    const labels = [...this.#running.values()].map(({ label }) => label);
    return labels.length > 3 ? `${labels.slice(0, 3).join(", ")} and ${labels.length - 3} more` : labels.join(", ");
  }

  result(): Omit<UpResult, "stack" | "target"> {
    const { plain, secret } = splitOutputs(this.#outputs);
    return {
      steps: [...this.#steps.values()],
      changes: this.#changes,
      outputs: plain,
      secretOutputs: secret,
      warnings: this.#warnings,
    };
  }

  failure(stack: string, code: number, stderr: string): UserError {
    const lastWords = stderr
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("error:"));
    const errors = this.#errors.length > 0 ? this.#errors : lastWords.length > 0 ? lastWords : [`exit code ${code}`];
    return new UserError(`Stack ${stack} was not brought up:\n${errors.map((text) => `  ${text}`).join("\n")}`, {
      advice: `What was made is kept and known. Mend the cause, then run it again: mais pulumi up --stack ${stack}`,
      exit: this.#exitCode(code, errors),
    });
  }

  #begin(metadata: StepMetadata, timestamp: number): void {
    if (metadata.op === "same" || isInternal(metadata.type)) return;
    const { name, kind } = namedResource(metadata);
    this.#running.set(metadata.urn, { label: `${kind} ${name}`, since: timestamp });
  }

  #finish(metadata: StepMetadata, timestamp: number, say: (line: string) => void): void {
    const { op, urn, type } = metadata;
    const started = this.#running.get(urn)?.since ?? timestamp;
    this.#running.delete(urn);
    if (type === "pulumi:pulumi:Stack") this.#outputs = metadata.new?.outputs ?? {};
    if (isInternal(type)) return;
    const resource = namedResource(metadata);
    this.#steps.set(urn, { ...resource, op, isObject: metadata.new?.custom === true });
    const seconds = timestamp - started;
    const done = DONE[op];
    if (done)
      say(`${done} ${resource.vendor} ${resource.kind} ${resource.name}${seconds > 0 ? ` (${seconds} s)` : ""}`);
  }

  #fail(metadata: StepMetadata, say: (line: string) => void): void {
    this.#running.delete(metadata.urn);
    this.#stepFailed = true;
    const { vendor, kind, name } = namedResource(metadata);
    say(`! ${metadata.op} failed: ${vendor} ${kind} ${name}`);
  }

  #diagnose({ severity, message, urn }: { severity: string; message: string; urn?: string | undefined }): void {
    const name = urn && !urn.includes("pulumi:pulumi:Stack") ? `${urn.split("::").at(-1)}: ` : "";
    const text = `${name}${message.replaceAll(STACK_TRACE_LINE, "").trim()}`;
    if (severity === "error") this.#errors.push(text);
    if (severity === "warning") this.#warnings.push(text);
  }

  /** The engine says 1 for most faults; its events tell more. */
  #exitCode(code: number, errors: readonly string[]): ExitCode {
    if (this.#policyFailed) return exit.policy;
    if (this.#stepFailed) return exit.deploy;
    if (errors.some((text) => text.includes("Configuration for "))) return exit.usage;
    const known = Object.values(exit).find((value) => value === code);
    return known ?? exit.other;
  }
}

/** A program that breaks sends its whole trace; `mais pulumi up` shows it. */
const STACK_TRACE_LINE = /^\s+at .+:\d+:\d+\)?( \{)?$\n?/gm;

/** The stack itself and its providers: nothing that a user made. */
function isInternal(type: string): boolean {
  return type.startsWith("pulumi:");
}
