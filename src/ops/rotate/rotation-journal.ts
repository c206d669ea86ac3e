import { mkdir, open as openFile, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../../user-error.ts";

/** What has begun and not ended. It holds no value: only what receipts and state cannot tell. */
const entry = z.object({
  name: z.string(),
  way: z.enum(["both", "swap", "window"]),
  toGeneration: z.number().int().min(1),
  /** The value that was there when it began. */
  oldFingerprint: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .optional(),
  /** Its new value is with every consumer, which was seen. */
  proven: z.boolean().default(false),
  /** The second update, which takes the old value away, is through. */
  retired: z.boolean().default(false),
});

const journal = z.object({ version: z.literal(1), entries: z.array(entry) });

export type JournalEntry = z.output<typeof entry>;

/** The rotations of one stack that are under way, in a file that is replaced in one step. */
export class RotationJournal {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** `.mais/rotations/prod.json`; for a sandbox run, beside the sandbox's own state. */
  static of(home: string, stack: string): RotationJournal {
    return new RotationJournal(join(home, "rotations", `${stack.split("/").at(-1)}.json`));
  }

  async read(): Promise<JournalEntry[]> {
    const text = await readFile(this.file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return [];
    const parsed = journal.safeParse(parseJson(text));
    if (parsed.success) return parsed.data.entries;
    throw new UserError(`${this.file} is no journal of rotations.`, {
      advice: "Move it away and run the same command again: what is under way is then taken from the receipts.",
    });
  }

  async write(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return await rm(this.file, { force: true });
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    const temporary = `${this.file}.${process.pid}`;
    const handle = await openFile(temporary, "w", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ version: 1, entries }, undefined, 2)}\n`);
      // A journal that is lost with the power would forget which value was the old one.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.file);
  }

  /** Changes entries by name, and adds those that are new. */
  async update(names: readonly string[], change: Partial<JournalEntry>): Promise<void> {
    const entries = await this.read();
    await this.write(entries.map((one) => (names.includes(one.name) ? { ...one, ...change } : one)));
  }

  async drop(names: readonly string[]): Promise<void> {
    const entries = await this.read();
    await this.write(entries.filter(({ name }) => !names.includes(name)));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
