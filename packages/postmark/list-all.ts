const PAGE = 100;

/** One page of a list of the account, as its answer tells it. */
interface Page<T> {
  total: number;
  items: readonly T[];
}

/** Walks a list of the account to its end. */
export async function listAll<T>(ask: (paging: { count: number; offset: number }) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let total = 1; found.length < total; ) {
    const page = await ask({ count: PAGE, offset: found.length });
    if (page.items.length === 0) break;
    found.push(...page.items);
    total = page.total;
  }
  return found;
}
