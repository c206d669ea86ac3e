import type { Supply } from "./judge-variables.ts";
import { type DraftSettings, hasTier } from "./settings.ts";
import type { Generated, Row, Surface } from "./variable.ts";

/** What a stack holds from earlier runs. */
export interface Existing {
  /** The database is there already. */
  database: boolean;
  /** Variables whose made-up value the state holds. */
  secrets: readonly string[];
}

export interface SupplyContext {
  settings: DraftSettings;
  existing?: Existing | undefined;
}

/** Where a variable's value comes from if nobody gives one; undefined if from nowhere. */
export function supplyOf(name: string, row: Row, { settings, existing }: SupplyContext): Supply | undefined {
  const { provisioned, generated, derived } = row;
  if (provisioned && applies(provisioned, settings)) return { source: "provisioned" };
  if (generated && applies(generated, settings)) {
    return mayBeMadeUp(name, row, existing) ? { source: "generated" } : { source: "withheld", why: WHY_WITHHELD };
  }
  if (!derived) return undefined;
  const value = derived.value(settings);
  if (value !== undefined) return { source: "derived", value, from: derived.from };
  return isUnread(settings, derived.from) ? { source: "unknown" } : undefined;
}

function applies({ tier, when }: Pick<Generated, "tier" | "when">, settings: DraftSettings): boolean {
  return (!tier || hasTier(settings, tier)) && (when?.(settings) ?? true);
}

const WHY_WITHHELD =
  "the database is there already and the state holds no key; a new one could not read what the old one encrypted";

/** A new key for data that an old key encrypted would lose the data, so it is made up together with the database only. */
function mayBeMadeUp(name: string, row: Row, existing: Existing | undefined): boolean {
  return !row.dataBound || !existing?.database || existing.secrets.includes(name);
}

function isUnread(settings: DraftSettings, path: string): boolean {
  // `from` names a setting, whose first part is its key.
  return settings[path.split(".")[0] as keyof DraftSettings] === undefined;
}

/** Whether a surface is part of the stack. */
export function isPresent(settings: DraftSettings, surface: Surface): boolean {
  return hasTier(settings, surface);
}
