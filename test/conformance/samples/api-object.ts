import type { InputSample, Properties, ResourceSample } from "./sample.ts";

/** An object as requests, with what becomes of it: what is particular to one vendor. */
export interface ApiObjectSample {
  create: Properties;
  read: Properties;
  update: Properties;
  delete: Properties;
  find: Properties;
  /** The same requests, said in another way. */
  said?: Record<"create" | "update" | "delete" | "find", Properties>;
  params: Properties;
  paramsTo: Properties;
  body: Pick<InputSample, "value" | "to" | "outside">;
  secretBody: Pick<InputSample, "value" | "to">;
  createBody: Pick<InputSample, "value" | "to">;
  /** The ids of two objects that are there already. */
  existing: Pick<InputSample, "value" | "to">;
}

const OWN = "it says how the program asks, and is no part of the object";

/** The proofs of an object that is described by its requests. */
export function apiObject(
  inputs: (refs: Properties) => ApiObjectSample,
  rest: Pick<ResourceSample, "prepare" | "vanish" | "needs" | "alike"> & { outputs: readonly string[] },
): ResourceSample {
  return {
    ...rest,
    inputs(refs) {
      const one = inputs(refs);
      const { said = one } = one;
      return {
        create: { value: one.create, to: said.create, replaces: true, outside: OWN },
        read: { value: { ...one.read, secretOutputs: rest.outputs }, to: one.read, outside: OWN },
        update: { value: one.update, to: said.update, outside: OWN },
        delete: { value: one.delete, to: said.delete, outside: OWN },
        find: { value: one.find, to: said.find, outside: OWN },
        params: { value: one.params, to: one.paramsTo, replaces: true, outside: OWN },
        body: one.body,
        secretBody: { ...one.secretBody, outside: "no answer is compared with it" },
        createBody: { ...one.createBody, replaces: true, outside: "no answer is compared with it" },
        existing: { ...one.existing, instead: {}, outside: OWN },
      };
    },
    forbidden: [
      { inputs: { read: { path: "//elsewhere.example/{id}" } }, property: "read.path", reason: /one slash/ },
      { inputs: { update: undefined }, property: "update", reason: /is needed, because body/ },
    ],
    secrets: ["secretBody", "secretResponse"],
    importId: /existing: "/,
    officialDiffers: "none",
  };
}
