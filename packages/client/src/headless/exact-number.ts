/** Digits times a power of ten. */
interface Decimal {
  /** Without zeros at either end; empty for zero. */
  readonly digits: string;
  readonly exponent: number;
}

/** A decimal literal's parts, exactly; `literal` is one that JSON or JavaScript writes. */
function decimalOf(literal: string): Decimal {
  const [, whole = "", part = "", power = "0"] = /^[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(literal) ?? [];
  const all = `${whole}${part}`.replace(/^0+/, "");
  const digits = all.replace(/0+$/, "");
  const exponent = Number(power) - part.length + (all.length - digits.length);
  return { digits, exponent: digits === "" ? 0 : exponent };
}

/** Whether a literal means the very number that JavaScript makes of it: `1e400` and 19 digits do not. */
export function survives(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  const [meant, made] = [decimalOf(literal), decimalOf(String(value))];
  return meant.digits === made.digits && meant.exponent === made.exponent;
}

/** Whether a number is a whole multiple of a positive other, as they are written: 0.3 is one of 0.1. */
export function isMultiple(value: number, of: number): boolean {
  const [a, b] = [decimalOf(String(value)), decimalOf(String(of))];
  if (a.digits === "" || b.digits === "") return true;
  const least = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent }: Decimal) => BigInt(digits) * 10n ** BigInt(exponent - least);
  return scaled(a) % scaled(b) === 0n;
}

/** The numbers of a JSON text that do not survive it, as they are written there, shortened. */
export function lostNumbers(json: string): string[] {
  const literals = json.match(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? [];
  return literals
    .filter((literal) => !literal.startsWith('"') && !survives(literal))
    .map((literal) => (literal.length > 40 ? `${literal.slice(0, 39)}…` : literal));
}
