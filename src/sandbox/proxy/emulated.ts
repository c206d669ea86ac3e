import type { Store } from "../store.ts";
import type { World } from "../world.ts";

/** What the proxy needs to know of the sandbox that it belongs to. */
export interface Emulated {
  /** `http://127.0.0.1:PORT`, with the vendors beneath it. */
  url(): string;
  world: World;
  store(vendor: string): Store;
}
