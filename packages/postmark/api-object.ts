import { defineApiObject } from "@mais/provider-kit";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";

const Counted = z.looseObject({ TotalCount: z.number() });

/** Any object of Postmark's account that has no resource of its own: sender domains and signatures. */
export const ApiObject = defineApiObject<PostmarkApi>("postmark", {
  title: "Postmark",
  isPartial(answer) {
    const counted = Counted.safeParse(answer);
    if (!counted.success) return false;
    const lists = Object.values(counted.data).filter((value) => Array.isArray(value));
    return lists.some((list) => list.length < counted.data.TotalCount);
  },
});
export type ApiObject = InstanceType<typeof ApiObject>;
