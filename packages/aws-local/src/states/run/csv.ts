import type { ItemReader } from "../asl.ts";

const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  SPACE: " ",
  TAB: "\t",
};

type Config = NonNullable<ItemReader["ReaderConfig"]>;

/**
 * The rows of a CSV file as objects, with keys from its first row or from the given names. All values are text.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export function readCsv(
  text: string,
  { CSVHeaderLocation: place = "FIRST_ROW", CSVHeaders, CSVDelimiter: delimiter = "COMMA" }: Config,
  fail: (why: string) => Error,
): Record<string, string>[] {
  const separator = DELIMITERS[delimiter];
  if (separator === undefined) throw fail(`There is no CSVDelimiter ${delimiter}.`);
  const rows = rowsOf(text.replace(/^\uFEFF/, ""), separator);
  const names = place === "GIVEN" ? CSVHeaders : rows.shift();
  if (!names || names.length === 0) throw fail("The file has no headers.");
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])));
}

/** Fields may be quoted, with doubled quotes and line ends within; empty lines are skipped. */
function rowsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let isQuoted = false;
  const endRow = () => {
    if (row.length > 0 || field !== "") rows.push([...row, field]);
    row = [];
    field = "";
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (isQuoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') field += text[++at];
      else isQuoted = false;
    } else if (letter === '"' && field === "") isQuoted = true;
    else if (letter === separator) {
      row.push(field);
      field = "";
    } else if (letter === "\n") endRow();
    else if (letter !== "\r") field += letter;
  }
  endRow();
  return rows;
}
