import type { ResourceDefinition } from "../../../packages/provider-kit/define-resource.ts";
import { brokenMarks } from "./broken-marks.ts";

/** A definition with one mistake in it, as somebody could make it. */
export interface Break {
  /** `update: does nothing`, `read: forgets budget` */
  name: string;
  /** The input that it is about: proofs of that input judge it first. */
  input?: string;
  definition: ResourceDefinition;
}

type Bag = Record<string, unknown>;

/**
 * Every mistake of one kind that this definition leaves room for. `open` are the inputs that somebody else can change:
 * whether the others are read back cannot be told.
 */
export function breaksOf(definition: ResourceDefinition, open: readonly string[]): Break[] {
  return [...creates(definition), ...reads(definition), ...updates(definition), ...deletes(definition)].concat(
    finds(definition),
    rules(definition),
    brokenMarks(definition, open),
  );
}

function creates(definition: ResourceDefinition): Break[] {
  const { create } = definition;
  const nothing = broken(definition, "create: makes nothing", {
    create: async () => ({ id: "no-such-object" }),
  });
  const twice = broken(definition, "create: fails after the object is made", {
    async create(...args) {
      await create(...args);
      throw new Error("lost the answer");
    },
  });
  const forgets = optionalInputs(definition).map((input) =>
    broken(
      definition,
      `create: forgets ${input}`,
      { create: (api, inputs, call) => create(api, without(inputs, input), call) },
      input,
    ),
  );
  return [nothing, twice, ...forgets];
}

function reads(definition: ResourceDefinition): Break[] {
  const { read } = definition;
  // What the vendor never returns is not read either way.
  const inputs = Object.keys(definition.inputs).filter((name) => !(definition.writeOnly ?? []).includes(name));
  const names = [...inputs, ...Object.keys(definition.outputs)];
  const forgets = names.map((name) =>
    broken(
      definition,
      `read: forgets ${name}`,
      {
        async read(...args) {
          const live = await read(...args);
          return live && { ...without(live, name), ...(live.id === undefined ? {} : { id: live.id }) };
        },
      },
      name,
    ),
  );
  return [
    broken(definition, "read: says that it is gone", { read: async () => undefined }),
    broken(definition, "read: says what the state says", {
      read: async (_api, id, { inputs, outputs }) => ({ id, ...inputs, ...outputs }),
    }),
    broken(definition, "read: fails where the object is gone", {
      async read(...args) {
        const live = await read(...args);
        if (!live) throw new Error("404 not found");
        return live;
      },
    }),
    ...forgets,
  ];
}

function updates(definition: ResourceDefinition): Break[] {
  const { update } = definition;
  if (!update) return [];
  const forgets = Object.keys(definition.inputs)
    .filter((input) => !(definition.replaceOn ?? []).includes(input))
    .map((input) =>
      broken(
        definition,
        `update: forgets ${input}`,
        {
          update(api, id, inputs, call) {
            const changed = new Set([...call.changed].filter((name) => name !== input));
            const kept = { ...without(inputs, input), ...pick(call.olds, input) };
            return update(api, id, kept, { ...call, changed });
          },
        },
        input,
      ),
    );
  return [broken(definition, "update: does nothing", { update: async () => ({}) }), ...forgets];
}

function deletes(definition: ResourceDefinition): Break[] {
  const remove = definition.delete;
  return [
    broken(definition, "delete: does nothing", { async delete() {} }),
    broken(definition, "delete: fails where the object is gone", {
      async delete(api, id, call) {
        const live = await definition.read(api, id, call);
        if (!live) throw new Error("404 not found");
        await remove(api, id, call);
      },
    }),
  ];
}

function finds(definition: ResourceDefinition): Break[] {
  if (!definition.find) return [];
  return [broken(definition, "find: finds nothing", { find: async () => [] })];
}

function rules(definition: ResourceDefinition): Break[] {
  if (!definition.check) return [];
  return [
    broken(definition, "check: accepts everything", { check: () => [] }),
    broken(definition, "check: refuses everything", {
      check: (inputs) => [{ property: Object.keys(inputs)[0] ?? "", reason: "is not wanted" }],
    }),
  ];
}

function optionalInputs({ inputs, writeOnly = [] }: ResourceDefinition): string[] {
  return Object.keys(inputs).filter((name) => inputs[name]?.safeParse(undefined).success && !writeOnly.includes(name));
}

export function broken(
  definition: ResourceDefinition,
  name: string,
  parts: Partial<ResourceDefinition>,
  input?: string,
): Break {
  return { name, definition: { ...definition, ...parts }, ...(input === undefined ? {} : { input }) };
}

/** Generic on purpose: the mistake takes a property away without a word. */
function without<T extends object>(bag: T, name: string): T {
  const { [name]: _gone, ...rest } = bag as Bag;
  return rest as T;
}

function pick(bag: object, name: string): Bag {
  const value = (bag as Bag)[name];
  return value === undefined ? {} : { [name]: value };
}
