import { posix } from "node:path";
import GithubSlugger from "github-slugger";
import highlighter from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import http from "highlight.js/lib/languages/http";
import ini from "highlight.js/lib/languages/ini";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import { Marked } from "marked";

for (const [name, language] of Object.entries({ bash, http, ini, javascript, json, typescript, xml }))
  highlighter.registerLanguage(name, language);

/** A part of a page: from a heading to the next. */
interface Section {
  readonly id: string;
  /** 1 is the page's own. */
  readonly level: number;
  readonly title: string;
  /** Without marks, for the search. */
  readonly text: string;
}

/** A document as HTML, with its sections in their order. */
export interface Rendered {
  readonly html: string;
  readonly sections: readonly Section[];
}

/** What a page needs from its site. */
export interface Surroundings {
  /** The address of a path in the project, relative to the page; undefined when the site does not have it. */
  readonly resolve: (path: string, hash: string) => string | undefined;
  /** Takes a diagram in Mermaid's language; returns the address of its picture. */
  readonly draw: (source: string) => string;
}

/**
 * Converts a Markdown document of the project to a page's HTML: headings have GitHub's ids, and links and pictures lead
 * where `resolve` says. A link without a target becomes its text.
 */
export function renderDocument(
  document: string,
  markdown: string,
  { resolve, draw }: Surroundings,
): Rendered {
  const slugger = new GithubSlugger();
  const addressOf = (href: string): string | undefined => {
    if (/^[a-z]+:|^#/.test(href)) return href;
    const [path = "", hash] = href.split("#");
    return resolve(posix.join(posix.dirname(document), path), hash === undefined ? "" : `#${hash}`);
  };
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const id = slugger.slug(textOf(html));
        const link = `<a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
        return `<h${depth} id="${id}">${html} ${link}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens);
        const address = addressOf(href);
        return address === undefined ? html : `<a href="${escapeHtml(address)}">${html}</a>`;
      },
      image({ href, text }) {
        const address = addressOf(href);
        return address === undefined
          ? escapeHtml(text)
          : `<img src="${escapeHtml(address)}" alt="${escapeHtml(text)}">`;
      },
      tablecell(cell) {
        // A column without a name has no head, for screen readers.
        const tag = cell.header && cell.text !== "" ? "th" : "td";
        const align = cell.align ? ` class="${cell.align}"` : "";
        return `<${tag}${align}>${this.parser.parseInline(cell.tokens)}</${tag}>\n`;
      },
      code({ text, lang = "" }) {
        const [name = ""] = lang.split(" ");
        const language = highlighter.getLanguage(name) && name;
        const html = language ? highlighter.highlight(text, { language }).value : escapeHtml(text);
        const block = `<pre tabindex="0"><code>${html}</code></pre>\n`;
        if (name !== "mermaid") return block;
        const picture = `<img src="${draw(text)}" alt="A diagram: its text is below">`;
        const asText = `<details><summary>The diagram as text</summary>\n${block}</details>`;
        return `<div class="wide" tabindex="0">${picture}</div>\n${asText}\n`;
      },
    },
  });
  const html = marked
    .parse(markdown, { async: false })
    .replaceAll("<table>", '<div class="wide" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
  return { html, sections: sectionsOf(html) };
}

/** The sections of a page's HTML: each begins with its heading. */
const sectionsOf = (html: string): Section[] =>
  html
    .split(/(?=<h[1-6] id=")/)
    .map((part) => /^<h(\d) id="([^"]+)">(.*?) <a class="anchor".*?<\/h\d>(.*)$/s.exec(part))
    .filter((found) => found !== null)
    .map(([, level, id, title, body]) => ({
      id: id!,
      level: Number(level),
      title: textOf(title!),
      text: textOf(body!.replace(/<\/(?:p|li|td|th|pre)>/g, " ")),
    }));

/** The text of HTML, in one line. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, "")
    .replace(/&(lt|gt|quot|#39|#x27|amp);/g, (_, name: string) => characters[name]!)
    .replace(/\s+/g, " ")
    .trim();

const characters: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  "#x27": "'",
  amp: "&",
};

/** A text as HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
