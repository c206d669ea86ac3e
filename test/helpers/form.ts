/** A form or query string as nested values: `a[b]=1`, `a[0][c]=x`, `a[]=x`, and a repeated plain name as a list. All leaves are text. */
export function decodeForm(text: string | URLSearchParams): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [...name.matchAll(/^[^[]+|\[[^\]]*\]/g)].map(([part]) => part.replace(/^\[|\]$/g, ""));
    insert(root, path.length > 0 ? path : [name], value);
  }
  // The root is always a record: its names are parameter names.
  return Object.fromEntries([...root].map(([name, node]) => [name, toValue(node)]));
}

type Tree = Map<string, Tree | string | string[]>;

function insert(tree: Tree, [head = "", ...rest]: string[], value: string): void {
  const there = tree.get(head);
  if (rest.length === 0) tree.set(head, there === undefined || there instanceof Map ? value : [there, value].flat());
  else if (rest.length === 1 && rest[0] === "")
    tree.set(head, [...(there === undefined || there instanceof Map ? [] : [there].flat()), value]);
  else {
    const child: Tree = there instanceof Map ? there : new Map();
    tree.set(head, child);
    insert(child, rest, value);
  }
}

function toValue(node: Tree | string | string[]): unknown {
  if (!(node instanceof Map)) return node;
  const names = [...node.keys()];
  if (names.every((name) => /^\d+$/.test(name))) return [...node.values()].map(toValue);
  return Object.fromEntries([...node].map(([name, child]) => [name, toValue(child)]));
}
