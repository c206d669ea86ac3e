/** The three environments; a Pulumi stack is named after the environment that it holds. */
export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

export type Environment = (typeof ENVIRONMENTS)[number];

/** The environment that a stack name stands for (`org/project/prod` is prod); undefined if it is none of ours. */
export function environmentOf(stack: string): Environment | undefined {
  const name = stack.slice(stack.lastIndexOf("/") + 1);
  return ENVIRONMENTS.find((environment) => environment === name);
}
