import type { Receipt, Receipts } from "../../config/receipts.ts";
import type { Surface } from "../../config/variable.ts";
import type { ProcessReport } from "./running-values.ts";

/** What changes in a stack's file; an undefined value removes the key. */
export interface StackChange {
  secrets?: Readonly<Record<string, string | undefined>>;
  receipts?: Readonly<Record<string, ReceiptChange>>;
}

/** Fields that are undefined go, fields that are absent stay. */
export type ReceiptChange = { [Field in keyof Receipt]?: Receipt[Field] | undefined } & { leaked?: undefined };

/** What each consumer is given, as the engine has it in the stack's state. */
export type HeldValues = ReadonlyMap<Surface, Readonly<Record<string, string>>>;

/** How an old value was seen to be of no use any more. */
export interface DeathNotice {
  /** Undefined where nobody could be asked. */
  dead: boolean | undefined;
  how: string;
}

/** Everything outside of this process that a rotation reads and changes. */
export interface RotationWorld {
  /** Variables that the stack's config gives, decrypted. */
  given(): Promise<ReadonlyMap<string, string>>;
  receipts(): Promise<Receipts>;
  store(change: StackChange): Promise<void>;
  /** What a receipt says of a given value. */
  describe(name: string, value: string): Promise<Pick<Receipt, "fingerprint" | "shape">>;
  /** Eight digits that tell two values apart, made with the project's key. */
  fingerprint(value: string): Promise<string>;
  up(label: string): Promise<void>;
  held(): Promise<HeldValues>;
  /** What the running processes say of themselves; a reason where they cannot be asked. */
  reports(token: string | undefined): Promise<readonly ProcessReport[] | string>;
  /** Whether the old value of a vendor's object still works. `value` is undefined after a crash: nothing keeps it. */
  deathOf(name: string, value: string | undefined): Promise<DeathNotice>;
  /** How long the application was not ready meanwhile, in milliseconds; undefined where it cannot be asked. */
  measure(work: () => Promise<void>): Promise<number | undefined>;
  /** The day, UTC. */
  today(): string;
  pause(milliseconds: number): Promise<void>;
}
