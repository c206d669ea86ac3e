import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packageSchema } from "../../packages/provider-kit/schema.ts";
import { provider } from "../../packages/stripe/provider.ts";
import { officialDifferences } from "../helpers/official-shape.ts";

interface Type {
  type?: string;
  $ref?: string;
  items?: Type;
  additionalProperties?: Type;
  properties?: Record<string, Type>;
  required?: string[];
}

interface Schema {
  resources: Record<string, { inputProperties: Record<string, Type> }>;
  types: Record<string, Type>;
}

// Schemas are JSON; only what is compared is typed.
const official = JSON.parse(
  readFileSync(new URL("../contracts/stripe.schema.json", import.meta.url), "utf8"),
) as Schema;
const ours = packageSchema(provider as never) as unknown as Schema;

/** A type with every reference followed, so that the names of nested types, which no program writes, do not count. */
function expand(schema: Schema, { type, $ref, items, additionalProperties, properties, required = [] }: Type): unknown {
  if ($ref) return expand(schema, schema.types[$ref.replace("#/types/", "")] ?? {});
  if (items) return [expand(schema, items)];
  if (additionalProperties) return { any: expand(schema, additionalProperties) };
  if (!properties) return type === "integer" ? "number" : type;
  const names = Object.keys(properties).sort();
  return Object.fromEntries(
    names.map((name) => [required.includes(name) ? `${name}!` : name, expand(schema, properties[name] ?? {})]),
  );
}

test("properties are those of the official provider, but for what is said here", () => {
  const whole = officialDifferences(provider, "stripe");
  const names = Object.fromEntries(
    Object.entries(whole).map(([token, { added, missing }]) => [token, { added, missing }]),
  );
  expect(names).toEqual({
    // Which others may be there for a rotation is ours to ask. Stripe disables an endpoint that fails for days: a program must be able to say that it is wanted.
    "stripe:index/webhookEndpoint:WebhookEndpoint": { added: ["besides", "disabled"], missing: [] },
    // A time that changes by itself would show as a change at every refresh.
    "stripe:index/product:Product": { added: ["productId"], missing: ["updated"] },
    "stripe:index/price:Price": { added: [], missing: [] },
  });
});

test("each input has the official type, nested objects included", () => {
  const differing: Record<string, unknown> = {};
  for (const [token, { inputProperties }] of Object.entries(ours.resources))
    for (const [name, type] of Object.entries(official.resources[token]?.inputProperties ?? {})) {
      const [mine, theirs] = [expand(ours, inputProperties[name] ?? {}), expand(official, type)];
      if (JSON.stringify(mine) !== JSON.stringify(theirs)) differing[`${token}.${name}`] = [mine, theirs];
    }
  // A default price has no tiers of its own; the official type lists them for its further currencies all the same.
  expect(Object.keys(differing)).toEqual(["stripe:index/product:Product.defaultPriceDatas"]);
});
