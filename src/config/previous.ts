import type { DraftSettings } from "./settings.ts";
import { everywhere, optional, shape } from "./shape.ts";
import type { Row } from "./variable.ts";

/** What the value before the present one is called, while a rotation's overlap is on. */
export function previousName(name: string): string {
  return `${name}_PREVIOUS`;
}

/**
 * A row for the previous value of each variable of which the application accepts two at once. It has a value only while
 * the variable's receipt says that a rotation is under way. Its form is not judged: a weak old value must be replaceable.
 */
export function previousRows(rows: readonly (readonly [string, Row])[]): [string, Row][] {
  const declared = new Set(rows.map(([name]) => name));
  return rows.flatMap(([name, row]): [string, Row][] => {
    const supply = supplyOfPrevious(name, row);
    if (!supply || declared.has(previousName(name))) return [];
    const { usedBy, phase } = row;
    const about = `${name} before the rotation under way: accepted, never used to sign`;
    const getIt = "mais secrets rotate sets it and takes it away";
    const requirement = everywhere(optional(shape("the value before")));
    const previous = {
      about,
      usedBy,
      phase,
      getIt,
      secret: true,
      previousOf: name,
      mayEqual: "another variable",
    } as const;
    return [[previousName(name), { ...previous, ...supply, ...requirement }]];
  });
}

/** Whoever has the value has the one before it, too. */
function supplyOfPrevious(name: string, { rotation, generated, provisioned }: Row) {
  const isOn = ({ receipts }: DraftSettings) => receipts?.[name]?.overlap === true;
  if (rotation === "pair" && generated)
    return {
      generated: { ...generated, when: (settings: DraftSettings) => isOn(settings) && holds(generated, settings) },
    };
  if (rotation === "twoObjects" && provisioned && TWO_SECRETS.has(name))
    return {
      provisioned: {
        ...provisioned,
        when: (settings: DraftSettings) => isOn(settings) && holds(provisioned, settings),
      },
    };
  return rotation === "pair" ? {} : undefined;
}

/** The application checks what others sign with these; a key that it only presents needs no second one. */
const TWO_SECRETS = new Set(["STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET"]);

function holds({ when }: { when?(settings: DraftSettings): boolean }, settings: DraftSettings): boolean {
  return when?.(settings) ?? true;
}
