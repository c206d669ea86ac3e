/**
 * Marks that a value was never filled in. Each is long enough not to turn up in a random secret: a run of six given
 * letters, whatever their case, does so about once in ten million base64 secrets of 43 characters.
 */
const MARKS = [
  /\.\.\.|…/,
  /change[-_ ]?(me|this|it)/i,
  /replace[-_ ]?(me|this|with)/i,
  /place[-_ ]?holder/i,
  /fill[-_ ]?(me|this)[-_ ]?in/i,
  /(^|[^a-z])your[-_ ]/i,
  /your(secret|password|token|key|project|app|org|domain)/i,
  /(super|my|some|dummy|fake|sample)[-_ ]?(secret|password|token)/i,
  /(insert|enter|put|paste)[-_ ](your|the|a|here)/i,
  /[-_ ]goes[-_ ]here/i,
  /(at[-_ ]?least|min|minimum|exactly)[-_ ](32|64)/i,
  /(32|64)[-_ ]?char/i,
  /xxxxxx/i,
  /\*{4}/,
  /^<.*>$/,
  /\[your[-_ ][^\]]*\]/i,
  /^\$?\{+[^{}]*\}+$/,
  // A variable's name in place of its value: JWT_SECRET.
  /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*_(SECRET|TOKEN|KEY|PASSWORD|URL|DSN)$/,
];

/** Values that stand for nothing only when they are the whole value. */
const WORDS = new Set(
  "todo tbd fixme none null undefined nil n/a na secret password token key test testing example sample dummy fake foo bar foobar x xx xxx xxxx xxxxx abc"
    .split(" ")
    .concat("not-set", "notset", "unset", "empty", "value", "string", "-", "_", "?"),
);

/**
 * Values that vendors print in their documentation, in lower case and without the prefix that Stripe's keys have: whoever
 * copies the example has a key that the whole world has.
 *
 * @see https://docs.stripe.com/keys
 * @see https://www.jwt.io
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
 */
const PUBLISHED = new Set([
  "4ec39hqlyjwdarjtt1zdp7dc",
  "bqokikjovbii2hlwgh4olfq2",
  "a-string-secret-at-least-256-bits-long",
  "akiaiosfodnn7example",
  "wjalrxutnfemi/k7mdeng/bpxrficyexamplekey",
]);

/** Whether a value was left at an example's text. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  const lower = text.toLowerCase();
  return (
    WORDS.has(lower) || PUBLISHED.has(lower) || MARKS.some((mark) => mark.test(text)) || isOneCharacterRepeated(text)
  );
}

function isOneCharacterRepeated(text: string): boolean {
  return text.length > 1 && /^(.)\1*$/su.test(text);
}

/** Hosts that RFC 2606 and RFC 6761 keep for examples: nothing of anybody's ever answers there. */
const EXAMPLE_HOST = /(^|[.@/])example\.(com|net|org)($|[/:])|\.(example|invalid|test)($|[/:])/i;

/** Whether a setting still has the text that the repository came with. */
export function isPlaceholderSetting(value: string): boolean {
  return /(^|[-_/.@])your[-_]/i.test(value) || EXAMPLE_HOST.test(value) || MARKS.some((mark) => mark.test(value));
}
