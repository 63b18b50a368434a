/** A value in DynamoDB's JSON, of the types that Callboard uses. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Attributes };

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Attributes as plain values. */
export type Values = Record<string, unknown>;

/**
 * Converts plain values to attributes: strings, numbers, booleans, null, arrays and plain objects; undefined is left out.
 * Numbers are written with as few digits as possible. Throws a `TypeError` for any other value, sets and binary included.
 * Throws a `RangeError` for NaN, infinity, and numbers beyond the safe integers, which may already have been rounded.
 */
export function toAttributes(values: object): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) put(attributes, name, toAttribute(value, name));
  return attributes;
}

function toAttribute(value: unknown, name: string): AttributeValue {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "number":
      return { N: decimalOf(value, name) };
    case "boolean":
      return { BOOL: value };
    case "object":
      if (value === null) return { NULL: true };
      if (Array.isArray(value))
        return { L: value.filter((one) => one !== undefined).map((one) => toAttribute(one, name)) };
      if (isPlain(value)) return { M: toAttributes(value) };
  }
  throw new TypeError(`${name} is of a kind that is not stored: ${typeof value}`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function decimalOf(value: number, name: string): string {
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`${name} is not a safe number`);
  return String(value);
}

/**
 * Converts attributes to plain values. Throws a `RangeError` for a number that a double cannot hold exactly, and a
 * `TypeError` for sets and binary, which Callboard never stores.
 */
export function toValues(attributes: Attributes): Values {
  const values: Values = {};
  for (const [name, attribute] of Object.entries(attributes)) put(values, name, toValue(attribute, name));
  return values;
}

function toValue(attribute: AttributeValue, name: string): unknown {
  if ("S" in attribute) return attribute.S;
  if ("N" in attribute) return numberOf(attribute.N, name);
  if ("BOOL" in attribute) return attribute.BOOL;
  if ("NULL" in attribute) return null;
  if ("L" in attribute) return attribute.L.map((one) => toValue(one, name));
  if ("M" in attribute) return toValues(attribute.M);
  throw new TypeError(`${name} is of a kind that is not read: ${Object.keys(attribute)}`);
}

function numberOf(decimal: string, name: string): number {
  const number = Number(decimal);
  if (String(number) === decimal) return number;
  if (Number.isFinite(number) && digitsOf(String(number)) === digitsOf(decimal)) return number;
  throw new RangeError(`${name} holds a number that a double does not: ${decimal}`);
}

/** A decimal in one normal form: its digits without leading and trailing zeros, and their exponent. */
function digitsOf(decimal: string): string {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const place = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === "-" ? "-" : ""}${significant}e${place}`;
}

/** Defines an own property under any name: an assignment to `__proto__` would not create one. */
function put<T>(to: Record<string, T>, name: string, value: T): void {
  if (name !== "__proto__") to[name] = value;
  else Object.defineProperty(to, name, { value, enumerable: true, configurable: true, writable: true });
}
