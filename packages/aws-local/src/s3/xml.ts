/** An error as S3 returns it: an XML body whose `Code` becomes the name of the SDK's exception. */
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

/** A value for XML: text, elements by name, or a list for a repeated element. */
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
