/** What is wrong with a value: its form, or its use in this environment. */
export interface Fault {
  kind: "invalid" | "forbidden";
  /** The rule in words. Never the value, nor a part of it. */
  rule: string;
}

/** What a variable's value must look like in one environment. */
export interface Shape {
  /** For people: `a live key (sk_live_… or rk_live_…)`. */
  words: string;
  judge(value: string): Fault | undefined;
}

/** Whether a variable must be there in one environment, and what it must look like. */
export interface Requirement {
  required: boolean;
  shape: Shape;
  /** What the application assumes when the variable is absent; judged like a given value. */
  fallback?: string;
}

export function required(shape: Shape): Requirement {
  return { required: true, shape };
}

export function optional(shape: Shape, fallback?: string): Requirement {
  return fallback === undefined ? { required: false, shape } : { required: false, shape, fallback };
}

/** The same in all three environments. */
export function everywhere(requirement: Requirement) {
  return { dev: requirement, staging: requirement, prod: requirement };
}

/** Required in prod; optional before, where it may have another shape. */
export function inProd(prod: Shape, before = prod) {
  return { ...everywhere(optional(before)), prod: required(prod) };
}

/** A shape in which the first rule that a value breaks is its fault. */
export function shape(words: string, ...rules: readonly ((value: string) => Fault | undefined)[]): Shape {
  return {
    words,
    judge(value) {
      for (const rule of rules) {
        const fault = rule(value);
        if (fault) return fault;
      }
      return undefined;
    },
  };
}

/** A rule on form. */
export function form(holds: (value: string) => boolean, rule: string): (value: string) => Fault | undefined {
  return (value) => (holds(value) ? undefined : { kind: "invalid", rule });
}

/** A rule on use: well formed, but not for this environment. */
export function allowed(holds: (value: string) => boolean, rule: string): (value: string) => Fault | undefined {
  return (value) => (holds(value) ? undefined : { kind: "forbidden", rule });
}
