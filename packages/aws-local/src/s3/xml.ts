/** An error as S3 answers it: an XML body whose `Code` the SDK turns into the name of the exception it throws. */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  /** Further elements of the XML body. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** What becomes XML: text, elements by name, and a list for an element that repeats. */
export type XmlContent =
  | string
  | number
  | boolean
  | { readonly [name: string]: XmlContent | readonly XmlContent[] | undefined };

const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Renders a document with `root` as its only element. */
export function renderXml(root: string, content: XmlContent): string {
  return PROLOGUE + element(root, content);
}

function element(name: string, content: XmlContent): string {
  return `<${name}>${typeof content === "object" ? children(content) : escapeText(String(content))}</${name}>`;
}

function children(content: Exclude<XmlContent, string | number | boolean>): string {
  return Object.entries(content)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      return isList(value) ? value.map((item) => element(name, item)) : [element(name, value)];
    })
    .join("");
}

function isList(value: XmlContent | readonly XmlContent[]): value is readonly XmlContent[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character]!);
}
