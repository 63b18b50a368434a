/** HTML that is ready to send: people's texts in it are escaped. */
export class Markup {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

type Part = string | number | Markup | undefined | readonly (Markup | undefined)[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!);

/**
 * Makes HTML from a template: texts and numbers are escaped, also within quoted attributes; markup is inserted unchanged.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...parts.map(htmlOf)));
}

function htmlOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.html;
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return part.map(htmlOf).join("");
}

/** A text in several lines. */
export const inLines = (text: string): Markup =>
  markup`${text.split("\n").map((line, index) => (index === 0 ? markup`${line}` : markup`<br>${line}`))}`;
