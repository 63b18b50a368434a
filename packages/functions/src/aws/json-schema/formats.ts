import type { Format } from "ajv";
import formats, { type FormatName } from "ajv-formats";
import { unmarkNames } from "./object-names.ts";

/**
 * Formats that are checked; any other format has no effect. All run in time proportional to the text: where the library's
 * exact pattern backtracks, its simple one is used.
 */
const checked: Readonly<Partial<Record<FormatName, "full" | "fast">>> = {
  date: "full",
  time: "full",
  "date-time": "full",
  duration: "full",
  email: "fast",
  hostname: "full",
  ipv4: "full",
  ipv6: "full",
  uuid: "full",
  uri: "fast",
  "uri-reference": "fast",
  "json-pointer": "full",
  "relative-json-pointer": "full",
};

/** The formats for Ajv: each sees the text as it was before names were marked. */
export const checkedFormats: Readonly<Record<string, (text: string) => boolean>> = Object.fromEntries(
  Object.entries(checked).map(([name, mode]) => {
    const matches = testOf(formats.default.get(name as FormatName, mode));
    return [name, (text: string) => matches(unmarkNames(text))];
  }),
);

function testOf(format: Format): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === "function") return (text) => format(text) === true;
  if (typeof format === "object" && "validate" in format) return testOf(format.validate as Format);
  throw new Error("a format that is not a test");
}
