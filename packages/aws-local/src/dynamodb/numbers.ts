import { AwsError } from "../endpoint/aws-json.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const MAX_DIGITS = 38;
/** The range of the first digit's power of ten: from 1E-130 to 9.99…E+125. */
const LOWEST_POWER = -130;
const HIGHEST_POWER = 125;

/** Integers that are canonical as they are, and exact as doubles. */
const SMALL_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const NUMERAL = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/;
/** Longest text, with sign and point, that can be compared as a double: 15 digits are exact. */
const EXACT_LENGTH = 15;

const OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range";
const UNDERFLOW =
  "Number underflow. Attempting to store a number with magnitude smaller than supported range";
const IMPRECISE = "Attempting to store more than 38 significant digits in a Number";

/** A number that is not zero: `0.d₁d₂d₃… × 10^(power + 1)`, where the first and the last digit are not zero. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly power: number;
}

/**
 * The canonical text of a number, as DynamoDB returns it: plain digits without an exponent, needless zeros or signs.
 * Throws DynamoDB's errors for text that is not a number, or a number out of range.
 */
export function readNumber(text: string): string {
  if (SMALL_INTEGER.test(text)) return text;
  const decimal = parse(text);
  return decimal === undefined ? "0" : format(checked(decimal, IMPRECISE));
}

/** The exact sum of two canonical numbers; throws if it has too many digits or is too large. */
export function addNumbers(a: string, b: string): string {
  if (SMALL_INTEGER.test(a) && SMALL_INTEGER.test(b)) return String(Number(a) + Number(b));
  const scale = Math.max(fractionOf(a).length, fractionOf(b).length);
  const sum = unscaled(a, scale) + unscaled(b, scale);
  if (sum === 0n) return "0";
  const negative = sum < 0n;
  const digits = String(negative ? -sum : sum);
  // For a result with too many digits, DynamoDB also reports that it is too large.
  return format(checked(normal(negative, digits, digits.length - scale - 1), OVERFLOW));
}

/** The exact difference of two canonical numbers; throws as `addNumbers` does. */
export function subtractNumbers(a: string, b: string): string {
  return addNumbers(a, b === "0" ? b : b.startsWith("-") ? b.slice(1) : `-${b}`);
}

/** Orders two canonical numbers: negative, zero or positive. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length <= EXACT_LENGTH && b.length <= EXACT_LENGTH) return Number(a) - Number(b);
  const negative = a.startsWith("-");
  if (negative !== b.startsWith("-")) return negative ? -1 : 1;
  const order = compareMagnitudes(negative ? a.slice(1) : a, negative ? b.slice(1) : b);
  return negative ? -order : order;
}

/** The significant digits of a canonical number: without leading and trailing zeros. */
export function significantDigits(text: string): number {
  let digits = 0;
  let zeros = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "0") {
      if (digits > 0) zeros++;
    } else if (character !== "-" && character !== ".") {
      digits += zeros + 1;
      zeros = 0;
    }
  }
  return digits;
}

/**
 * Bytes that sort like canonical numbers: the sign, the power of ten, then two digits in each byte. Those of a negative
 * number are inverted and end in 255, so that a longer number sorts before its own prefix.
 */
export function sortableNumber(text: string): Uint8Array {
  const decimal = parse(text);
  if (decimal === undefined) return Uint8Array.of(2);
  const { negative, digits, power } = decimal;
  const pairs = Math.ceil(digits.length / 2);
  const bytes = new Uint8Array(2 + pairs + (negative ? 1 : 0));
  bytes[0] = negative ? 1 : 3;
  bytes[1] = power - LOWEST_POWER;
  for (let at = 0; at < pairs; at++)
    bytes[2 + at] = Number(digits.slice(2 * at, 2 * at + 2).padEnd(2, "0")) + 1;
  if (negative) {
    for (let at = 1; at < bytes.length - 1; at++) bytes[at] = 255 - bytes[at]!;
    bytes[bytes.length - 1] = 255;
  }
  return bytes;
}

/** Undefined for zero. */
function parse(text: string): Decimal | undefined {
  const found = NUMERAL.exec(text);
  if (!found) {
    const what = text === "" ? "" : `: ${text}`;
    throw new AwsError("ValidationException", `The parameter cannot be converted to a numeric value${what}`);
  }
  const [, sign, whole = "", fraction = "", alone = "", exponent = "0"] = found;
  const digits = whole + fraction + alone;
  return /[1-9]/.test(digits) ? normal(sign === "-", digits, whole.length - 1 + Number(exponent)) : undefined;
}

/** Removes leading and trailing zeros; `power` is that of the first given digit. */
function normal(negative: boolean, digits: string, power: number): Decimal {
  let start = 0;
  while (digits[start] === "0") start++;
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return { negative, digits: digits.slice(start, end), power: power - start };
}

function checked(decimal: Decimal, imprecise: string): Decimal {
  const problem =
    decimal.power > HIGHEST_POWER
      ? OVERFLOW
      : decimal.power < LOWEST_POWER
        ? UNDERFLOW
        : decimal.digits.length > MAX_DIGITS
          ? imprecise
          : undefined;
  if (problem !== undefined) throw new AwsError("ValidationException", problem);
  return decimal;
}

function format({ negative, digits, power }: Decimal): string {
  const sign = negative ? "-" : "";
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  if (digits.length <= power + 1) return sign + digits.padEnd(power + 1, "0");
  return `${sign}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}

function fractionOf(text: string): string {
  const point = text.indexOf(".");
  return point < 0 ? "" : text.slice(point + 1);
}

/** A canonical number times ten to the power of `scale`, which must leave no fraction. */
function unscaled(text: string, scale: number): bigint {
  const fraction = fractionOf(text);
  const whole = fraction === "" ? text : text.slice(0, -fraction.length - 1);
  return BigInt(whole + fraction.padEnd(scale, "0"));
}

/** Without signs: by the length of the integer part, then digit by digit. No canonical fraction ends in a zero. */
function compareMagnitudes(a: string, b: string): number {
  const [wholeA = "", fractionA = ""] = a.split(".");
  const [wholeB = "", fractionB = ""] = b.split(".");
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1;
  return fractionA < fractionB ? -1 : fractionA > fractionB ? 1 : 0;
}
