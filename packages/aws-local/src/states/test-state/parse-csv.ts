import type { Json } from "../../json.ts";

const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  SPACE: " ",
  TAB: "\t",
};

/**
 * The rows of a CSV file as a Map's ItemReader gives them: an object each, by the names of the first row or those that
 * the reader is given; all values are text.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export function parseCsv(
  text: string,
  config: Readonly<Record<string, Json>>,
): readonly Readonly<Record<string, string>>[] {
  const { CSVHeaderLocation, CSVHeaders, CSVDelimiter } = config;
  const rows = rowsOf(text, DELIMITERS[String(CSVDelimiter ?? "COMMA")] ?? ",");
  const names = CSVHeaderLocation === "GIVEN" ? (CSVHeaders as readonly string[]) : (rows.shift() ?? []);
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])));
}

/** Cells may be quoted, and then hold delimiters, line breaks and doubled quotes. */
function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || cell !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at];
      else isQuoted = false;
    } else if (char === '"' && cell === "") isQuoted = true;
    else if (char === delimiter) {
      row.push(cell);
      cell = "";
    } else if (char === "\n") endRow();
    else if (char !== "\r") cell += char;
  }
  endRow();
  return rows;
}
