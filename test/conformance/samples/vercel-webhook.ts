import { erase, type ResourceSample, type SampleLab } from "./sample.ts";

const PROJECT = "vercel:index/project:Project";
const outside = "Vercel changes nothing of a webhook";

/** Vercel cannot change a webhook, so every step makes another one. */
export const webhook: ResourceSample = {
  async prepare(lab: SampleLab) {
    return { one: (await lab.make(PROJECT, "one", {})).id, two: (await lab.make(PROJECT, "two", {})).id };
  },
  inputs: ({ one, two }) => ({
    endpoint: {
      ...{ value: "https://ops.mais.example/vercel", to: "https://ops.mais.example/other" },
      ...{ replaces: true, outside },
    },
    events: {
      ...{ value: ["deployment.succeeded", "deployment.error"], to: ["deployment.error"] },
      ...{ replaces: true, outside },
    },
    projectIds: { value: [one, two], to: [two], replaces: true, outside },
  }),
  secrets: ["secret"],
  unordered: ["events", "projectIds"],
  vanish: (lab, { id }) => erase(lab, ["vercel", "webhooks", id]),
  importHides: ["secret"],
};
