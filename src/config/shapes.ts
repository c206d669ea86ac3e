import { isPlaceholder } from "./placeholder.ts";
import { allowed, form, type Shape, shape } from "./shape.ts";
import { isWeak } from "./strength.ts";

const filledIn = form((value) => !isPlaceholder(value), "expected a value of your own, not a placeholder");

/** Anything that was filled in. */
export function anyText(words: string): Shape {
  return shape(words, filledIn);
}

/** One of a few words. */
export function oneOf(...choices: readonly string[]): Shape {
  const words = `one of ${choices.join(", ")}`;
  return shape(
    words,
    form((value) => choices.includes(value), `expected ${words}`),
  );
}

/** One of a few words, of which only one will do here. */
export function only(choice: string, choices: readonly string[], why: string): Shape {
  return shape(
    choice,
    form((value) => choices.includes(value), `expected ${choice}`),
    allowed((value) => value === choice, `expected ${choice}: ${why}`),
  );
}

export function wholeNumber(min: number, max: number): Shape {
  const words = `a whole number from ${min} to ${max}`;
  const holds = (value: string) => /^(0|[1-9]\d*)$/.test(value) && Number(value) >= min && Number(value) <= max;
  return shape(words, form(holds, `expected ${words}`));
}

/** A secret that nobody issues: long, and hard to guess. */
export function randomText(least: number): Shape {
  const words = `at least ${least} random characters`;
  return shape(
    words,
    filledIn,
    form((value) => Array.from(value).length >= least, `expected at least ${least} characters`),
    form(
      (value) => !isWeak(value),
      "expected a random value: this one repeats itself, has too few different characters or is made of common words",
    ),
  );
}

export function randomHex(digits: number): Shape {
  const words = `${digits} random hexadecimal digits`;
  return shape(
    words,
    filledIn,
    form((value) => new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(value), `expected ${digits} hexadecimal digits`),
    form((value) => !isWeak(value), "expected random digits: these repeat themselves or are too few different ones"),
  );
}

/** What follows a prefix in an issued key. Stripe documents prefixes only; the rest is inferred from keys seen. */
const ISSUED = "[A-Za-z0-9_]{8,}";

/**
 * A key that Stripe issues, in the mode of this environment.
 *
 * @see https://docs.stripe.com/keys
 */
export function stripeKey(mode: "live" | "test", prefixes: readonly string[] = ["sk", "rk"]): Shape {
  const spelt = (which: string) => prefixes.map((prefix) => `${prefix}_${which}_…`).join(" or ");
  const words = `a ${mode} key (${spelt(mode)})`;
  const other = mode === "live" ? "test" : "live";
  const start = (which: string) => new RegExp(`^(${prefixes.join("|")})_${which}_`);
  const whole = new RegExp(`^(${prefixes.join("|")})_(live|test)_${ISSUED}$`);
  return shape(
    words,
    issuedValue(start("(live|test)")),
    form((value) => whole.test(value), `expected ${words}`),
    allowed((value) => !start(other).test(value), `expected ${words}: ${WHY_MODE[mode]}`),
  );
}

const WHY_MODE = {
  live: "a test key charges nobody",
  test: "a live key belongs to prod alone, it moves real money",
};

/** A Stripe webhook's signing secret. */
export function signingSecret(): Shape {
  const words = "a signing secret (whsec_…)";
  return shape(
    words,
    issuedValue(/^whsec_/),
    form((value) => /^whsec_[A-Za-z0-9_+/=-]{8,}$/.test(value), `expected ${words}`),
  );
}

/** Refuses `sk_live_...` and `whsec_xxxxxxxx`: what is left behind the prefix was never filled in. */
function issuedValue(prefix: RegExp) {
  return form((value) => !isPlaceholder(value) && !isPlaceholder(value.replace(prefix, "")), filledInRule);
}

const filledInRule = "expected a value of your own, not a placeholder";

export function logLevel(): Shape {
  return oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent");
}

/** A Postmark server's token; any text, Postmark promises no form. */
export function postmarkToken(mode: "any" | "live"): Shape {
  const words = "a server's API token";
  if (mode === "any") return anyText(words);
  // https://postmarkapp.com/developer/user-guide/send-email-with-api/send-a-single-email#testing
  const sends = allowed((value) => value !== "POSTMARK_API_TEST", `expected ${words}: POSTMARK_API_TEST sends nothing`);
  return shape(words, filledIn, sends);
}
