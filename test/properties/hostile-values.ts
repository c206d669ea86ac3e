import fc from "fast-check";

/** Pieces that some reader or vendor is known to treat in its own way. */
const TRAPS = [
  ...[
    "\n",
    "'",
    '"',
    "`",
    "$",
    "#",
    "\\",
    "=",
    " ",
    "\t",
    "$".concat("{A}"),
    "$A",
    "\\n",
    "\\r",
    "\\$",
    "{",
    "}",
    "%",
    "&",
    ";",
  ],
  ...[
    "é",
    "日本",
    "👩‍👩‍👧",
    "\u00a0",
    "\ufeff",
    "\u2028",
    "\u0085",
    "\u{10FFFF}",
    "export ",
    "A=1",
    "\nB=2\n",
    ":-",
    "!",
  ],
];

/** What only some places can hold. */
const FORBIDDEN = ["\0", "\r", "\r\n", "\ud800", "\udfff"];

const piece = fc.oneof(
  fc.constantFrom(...TRAPS),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "grapheme", maxLength: 4 }),
);

/** A value made to be lost: newlines, quotes, `$`, `#`, unicode, blanks at both ends; no NUL, CR or broken unicode. */
export const hostileValue = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) =>
  pieces
    .join("")
    .replaceAll(/[\0\r]/g, "")
    .toWellFormed(),
);

/** The same with what must be refused by name. */
export const unholdableValue = fc
  .tuple(hostileValue, fc.constantFrom(...FORBIDDEN), hostileValue)
  .map((parts) => parts.join(""));

/** 32 KiB of hostile text. */
export const longValue = hostileValue.map((value) =>
  (value.length > 0 ? value : "x").repeat(32_768).slice(0, 32_768).toWellFormed(),
);

export const variableName = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/);

/** Seeded, so that a run says the same each time; raise `numRuns` to look further. */
export const seeded = (numRuns: number) => ({ seed: 20_260_601, numRuns });
