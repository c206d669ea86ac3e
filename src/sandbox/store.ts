/** Objects of one kind, by id, in the order in which they were made. Mutating a returned object mutates the store. */
export interface Collection<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): T;
  delete(id: string): boolean;
  list(): T[];
}

/** One vendor's part of the sandbox's memory: plain JSON, so that it can be written, dumped and loaded. */
export class Store {
  readonly #data: Record<string, Record<string, unknown>>;

  constructor(data: Record<string, Record<string, unknown>> = {}) {
    this.#data = data;
  }

  collection<T>(name: string): Collection<T> {
    this.#data[name] ??= {};
    // The caller names the kind that it alone writes under this name.
    const objects = this.#data[name] as Record<string, T>;
    return {
      get: (id) => (Object.hasOwn(objects, id) ? objects[id] : undefined),
      set: (id, value) => {
        objects[id] = value;
        return value;
      },
      delete: (id) => Object.hasOwn(objects, id) && delete objects[id],
      list: () => Object.values(objects),
    };
  }

  toJSON(): Record<string, Record<string, unknown>> {
    return this.#data;
  }
}
