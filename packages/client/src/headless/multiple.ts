/** Digits times a power of ten. */
interface Decimal {
  /** Without zeros at either end; empty for zero. */
  readonly digits: string;
  readonly exponent: number;
}

/** A number's parts, exactly as JavaScript writes them. */
function decimalOf(value: number): Decimal {
  const [, whole = "", part = "", power = "0"] =
    /^[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(String(value)) ?? [];
  const all = `${whole}${part}`.replace(/^0+/, "");
  const digits = all.replace(/0+$/, "");
  const exponent = Number(power) - part.length + (all.length - digits.length);
  return { digits, exponent: digits === "" ? 0 : exponent };
}

/** Whether a number is an integer multiple of a positive one, in decimal: 0.3 is a multiple of 0.1. */
export function isMultiple(value: number, of: number): boolean {
  const [a, b] = [decimalOf(value), decimalOf(of)];
  if (a.digits === "" || b.digits === "") return true;
  const least = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent }: Decimal) => BigInt(digits) * 10n ** BigInt(exponent - least);
  return scaled(a) % scaled(b) === 0n;
}
