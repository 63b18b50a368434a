import { isObject } from "../json.ts";

const FORMATS = ["INDICES", "REPEAT", "COMMAS", "BRACKETS"] as const;

/** The encoding of a list: `a[0]=1`, `a=1&a=2`, `a=1,2`, or `a[]=1`. */
export type ArrayFormat = (typeof FORMATS)[number];

export function isArrayFormat(value: unknown): value is ArrayFormat {
  return FORMATS.some((format) => format === value);
}

/** Encodes an object as a form, as an HTTP Task's `Transform` does; nested objects become `a[b]=1`. */
export function encodeForm(body: Readonly<Record<string, unknown>>, format: ArrayFormat): string {
  return Object.entries(body)
    .flatMap(([name, value]) => pairs(name, value, format))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
}

function pairs(name: string, value: unknown, format: ArrayFormat): [string, string][] {
  if (value === null || value === undefined) return [[name, ""]];
  if (Array.isArray(value)) return listPairs(name, value, format);
  if (!isObject(value)) return [[name, String(value)]];
  return Object.entries(value).flatMap(([inner, item]) => pairs(`${name}[${inner}]`, item, format));
}

function listPairs(name: string, items: readonly unknown[], format: ArrayFormat): [string, string][] {
  switch (format) {
    case "COMMAS":
      return [[name, items.map(String).join(",")]];
    case "REPEAT":
      return items.flatMap((item) => pairs(name, item, format));
    case "BRACKETS":
      return items.flatMap((item) => pairs(`${name}[]`, item, format));
    case "INDICES":
      return items.flatMap((item, index) => pairs(`${name}[${index}]`, item, format));
  }
}
