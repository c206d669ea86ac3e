/** A form's parameters as Stripe nests them: every value is text or another such tree, lists are trees keyed `0`, `1`, … */
export interface Tree {
  [key: string]: string | Tree;
}

/** Reads `a[b]=v`, `a[0]=v` and `a[]=v`; all three forms are in use by Stripe's own clients and by others. */
export function readForm(pairs: Iterable<[string, string]>): Tree {
  const root = emptyTree();
  for (const [key, value] of pairs) place(root, splitKey(key), value);
  return root;
}

/** No prototype: a parameter may be called `__proto__`. */
function emptyTree(): Tree {
  return Object.create(null) as Tree;
}

function splitKey(key: string): string[] {
  const at = key.indexOf("[");
  if (at <= 0 || !key.endsWith("]")) return [key];
  return [key.slice(0, at), ...key.slice(at + 1, -1).split("][")];
}

function place(tree: Tree, [first = "", ...rest]: string[], value: string): void {
  const key = first === "" ? nextIndex(tree, rest[0]) : first;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const inner = tree[key];
  const next = inner === undefined || typeof inner === "string" ? emptyTree() : inner;
  tree[key] = next;
  place(next, rest, value);
}

/** `tiers[][up_to]` continues the last element until that already has an `up_to`. */
function nextIndex(tree: Tree, innerKey: string | undefined): string {
  const count = Object.keys(tree).length;
  const last = tree[String(count - 1)];
  const continues = innerKey !== undefined && typeof last === "object" && !(innerKey in last);
  return String(continues ? count - 1 : count);
}
