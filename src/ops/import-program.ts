import type { ResourceDefinition } from "@mais/provider-kit";
import { isSecret, type StateResource } from "../engine/stack-state.ts";
import { className } from "./import-kind.ts";

export interface ImportedProgram {
  /** TypeScript that declares the resource as it is. */
  code: string;
  /** Config keys that stand for values which are secret or which the vendor does not tell. */
  configKeys: string[];
}

interface Surroundings {
  name: string;
  hasParent: boolean;
}

/** Config of the imported resources: the namespace `mais` is judged, and takes no keys that it does not know. */
const NAMESPACE = "imported";

/** A value as TypeScript: literals are ready, the rest is a call. */
class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Declares an imported resource. No secret is in it: `resource` comes from a state whose secrets are encrypted. */
export function programOf(
  definition: ResourceDefinition,
  resource: StateResource,
  { name, hasParent }: Surroundings,
): ImportedProgram {
  const vendor = definition.token.split(":")[0] ?? "";
  const configKeys: string[] = [];
  const ask = (path: readonly string[], method: "require" | "requireSecret") => {
    const key = [name, ...path].join("_").replace(/[^\w-]/g, "-");
    configKeys.push(`${NAMESPACE}:${key}`);
    return new Code(`config.${method}(${JSON.stringify(key)})`);
  };
  const inputs: Record<string, unknown> = {};
  for (const [property, schema] of Object.entries(definition.inputs)) {
    const value = resource.inputs[property];
    if (value !== undefined) inputs[property] = withoutSecrets(value, [property], (path) => ask(path, "requireSecret"));
    else if (!schema.safeParse(undefined).success)
      inputs[property] = ask([property], definition.secrets?.includes(property as never) ? "requireSecret" : "require");
  }
  const className_ = className(definition.token);
  const options = hasParent ? "{ parent: this }" : `{ provider: context.provider(${JSON.stringify(vendor)}) }`;
  const needsConfig = configKeys.length > 0;
  const code = [
    ...(needsConfig ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
    `import { ${className_} } from "${vendor === "upstash" ? "@upstash/pulumi" : `@pulumi/${vendor}`}";`,
    "",
    ...(needsConfig ? [`const config = new pulumi.Config("${NAMESPACE}");`] : []),
    `const ${identifier(name)} = new ${className_}(${JSON.stringify(name)}, ${print(inputs, "")}, ${options});`,
  ].join("\n");
  return { code, configKeys };
}

function withoutSecrets(value: unknown, path: readonly string[], ask: (path: readonly string[]) => Code): unknown {
  if (isSecret(value)) return ask(path);
  if (Array.isArray(value)) return value.map((item, index) => withoutSecrets(item, [...path, String(index)], ask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, [...path, key], ask)]),
  );
}

function print(value: unknown, indent: string): string {
  if (value instanceof Code) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object"))
      return `[${value.map((item) => print(item, inner)).join(", ")}]`;
    return `[\n${value.map((item) => `${inner}${print(item, inner)},\n`).join("")}${indent}]`;
  }
  const lines = Object.entries(value).map(([key, item]) => `${inner}${property(key)}: ${print(item, inner)},\n`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

function property(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** `payments-platform` as a variable: `paymentsPlatform`. */
function identifier(name: string): string {
  const camel = name.replace(/[^A-Za-z0-9]+(\w?)/g, (_match, letter: string) => letter.toUpperCase());
  return /^[A-Za-z]/.test(camel) ? camel : `imported${camel}`;
}
