import type { ResourceDefinition } from "../../../packages/provider-kit/define-resource.ts";
import { type Break, broken } from "./breaks.ts";

/** Mistakes in what a definition says of itself: which inputs replace, which are secret, what holds data. */
export function brokenMarks(definition: ResourceDefinition, open: readonly string[]): Break[] {
  return [
    ...withoutEach(definition, "replaceOn"),
    ...withEach(definition, "replaceOn"),
    ...withoutEach(definition, "unordered"),
    ...withoutEach(definition, "writeOnly"),
    ...withEach(definition, "writeOnly").filter(({ input = "" }) => open.includes(input)),
    ...withoutEach(definition, "secrets"),
    ...switches(definition),
    ...outdated(definition),
  ];
}

type List = "replaceOn" | "unordered" | "writeOnly" | "secrets";

function withoutEach(definition: ResourceDefinition, list: List): Break[] {
  const marks = [...(definition[list] ?? [])].map(String);
  return marks.map((mark) => {
    const [input = mark] = mark.split(".");
    return broken(definition, `${list}: lacks ${mark}`, { [list]: marks.filter((other) => other !== mark) }, input);
  });
}

function withEach(definition: ResourceDefinition, list: List): Break[] {
  const marks = [...(definition[list] ?? [])].map(String);
  return Object.keys(definition.inputs)
    .filter((input) => !marks.includes(input))
    .map((input) => broken(definition, `${list}: has ${input}`, { [list]: [...marks, input] }, input));
}

function switches(definition: ResourceDefinition): Break[] {
  const { dataBearing, createBeforeDelete = false, autoName } = definition;
  const replaces = (definition.replaceOn ?? []).length > 0;
  return [
    ...(dataBearing ? [broken(definition, "dataBearing: lacks", { dataBearing: false })] : []),
    ...(dataBearing === true ? [] : [broken(definition, "dataBearing: always", { dataBearing: true })]),
    ...(replaces
      ? [broken(definition, "createBeforeDelete: turned", { createBeforeDelete: !createBeforeDelete })]
      : []),
    ...(autoName ? [broken(definition, "autoName: lacks", withoutName(definition))] : []),
  ];
}

/** Left out of the definition, not set to undefined. */
function withoutName({ autoName: _gone, ...rest }: ResourceDefinition): Partial<ResourceDefinition> {
  return { ...rest, autoName: undefined } as Partial<ResourceDefinition>;
}

/** Outputs that an update changes, planned as if they stayed. */
function outdated(definition: ResourceDefinition): Break[] {
  const { recomputed = {} } = definition;
  return Object.keys(recomputed).map((output) => {
    const rest = Object.fromEntries(Object.entries(recomputed).filter(([name]) => name !== output));
    return broken(definition, `recomputed: lacks ${output}`, { recomputed: rest });
  });
}
