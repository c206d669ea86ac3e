import { z } from "zod";
import type { InvokeDefinition, ProviderDefinition } from "./define-provider.ts";
import type { ResourceDefinition, Shape } from "./define-resource.ts";

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  default?: unknown;
}

type TypeSpec = Record<string, unknown>;

/** The provider's Pulumi schema, made from the zod definitions; `pulumi import` and the engine's GetSchema read it. */
export function packageSchema(provider: ProviderDefinition): Record<string, unknown> {
  const resources = provider.resources as readonly { definition: ResourceDefinition }[];
  const types: Record<string, unknown> = {};
  const config = object(provider.config, `${provider.name}:index/Config`, types, []);
  return {
    name: provider.name,
    version: provider.version,
    displayName: provider.title,
    provider: { inputProperties: { ...config.properties, endpoint: { type: "string" } } },
    resources: Object.fromEntries(
      resources.map(({ definition }) => [definition.token, resourceSpec(definition, types)]),
    ),
    functions: Object.fromEntries((provider.invokes ?? []).map((one) => [one.token, functionSpec(one, types)])),
    types,
  };
}

function functionSpec({ token, ...definition }: InvokeDefinition<never>, types: Record<string, unknown>) {
  const name = token.slice(0, token.lastIndexOf(":"));
  const inputs = object(definition.inputs, `${name}Args`, types, []);
  const outputs = object(definition.outputs, `${name}Result`, types, definition.secrets ?? []);
  return { inputs: { type: "object", ...inputs }, outputs: { type: "object", ...outputs } };
}

function resourceSpec(definition: ResourceDefinition, types: Record<string, unknown>): Record<string, unknown> {
  const prefix = definition.token.slice(0, definition.token.lastIndexOf("/"));
  const name = `${prefix}/${definition.token.slice(definition.token.lastIndexOf(":") + 1)}`;
  const secrets = (definition.secrets ?? []).map(String);
  const inputs = object(definition.inputs, name, types, secrets);
  const outputs = object(definition.outputs, name, types, secrets);
  const extra = definition.dataBearing ? { replaceData: { type: "string" } } : {};
  return {
    inputProperties: { ...inputs.properties, ...extra },
    requiredInputs: inputs.required.filter((key) => key !== definition.autoName?.property),
    properties: { ...inputs.properties, ...outputs.properties, ...extra },
    required: [...inputs.required, ...outputs.required],
  };
}

function object(shape: Shape, name: string, types: Record<string, unknown>, secrets: readonly string[]) {
  const schema = z.toJSONSchema(z.object(shape), { io: "input", unrepresentable: "any" }) as JsonSchema;
  return objectSpec(schema, name, types, secrets);
}

function objectSpec(schema: JsonSchema, name: string, types: Record<string, unknown>, secrets: readonly string[]) {
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const secret = secrets.includes(key) ? { secret: true } : {};
    return [key, { ...typeSpec(property, name + capital(key), types), ...secret }];
  });
  return { properties: Object.fromEntries(properties) as Record<string, TypeSpec>, required: schema.required ?? [] };
}

/** Pulumi has no inline objects: each becomes a named type. */
function typeSpec(schema: JsonSchema, name: string, types: Record<string, unknown>): TypeSpec {
  if (schema.properties) {
    const token = `${name}:${name.slice(name.lastIndexOf("/") + 1)}`;
    types[token] = { type: "object", ...objectSpec(schema, name, types, []) };
    return { $ref: `#/types/${token}` };
  }
  if (schema.type === "array") return { type: "array", items: typeSpec(schema.items ?? {}, name, types) };
  if (schema.type === "object" && typeof schema.additionalProperties === "object")
    return { type: "object", additionalProperties: typeSpec(schema.additionalProperties, name, types) };
  const type = schema.type ?? commonType(schema.anyOf ?? []);
  if (type === "string" || type === "boolean" || type === "number" || type === "integer") return { type };
  return { $ref: "pulumi.json#/Any" };
}

/** A choice of literals of one type is of that type. */
function commonType(choices: readonly JsonSchema[]): JsonSchema["type"] {
  const [first] = choices;
  return choices.every(({ type }) => type === first?.type) ? first?.type : undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
