import { open, rename } from "node:fs/promises";

/** A file that is either its old or its new self, whenever the machine stops. */
export class DurableFile {
  readonly #file: string;
  #written: string | undefined;
  #running: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;

  constructor(file: string, written?: string) {
    this.#file = file;
    this.#written = written;
  }

  /**
   * Resolves once a text produced after the call is on disk. Calls that come while a write is under way share the next
   * one; a text that is there already is not written again.
   */
  save(produce: () => string): Promise<void> {
    this.#queued ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#queued = undefined;
        this.#running = this.#write(produce());
        return this.#running;
      });
    return this.#queued;
  }

  async #write(text: string): Promise<void> {
    if (text === this.#written) return;
    const temporary = `${this.#file}.tmp`;
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.#file);
    this.#written = text;
  }
}
