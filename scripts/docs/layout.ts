import { posix } from "node:path";
import { escapeHtml, type Rendered } from "./markdown.ts";
import { groups, pageOf } from "./pages.ts";

/**
 * What the pages may load, on any server: their own files, and pictures. A page contains no inline scripts or
 * styles.
 */
const policy =
  "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'none'; form-action 'self'";

/** A whole page of the site: the document's HTML, and the list of all pages by their titles. */
export function layOut(document: string, rendered: Rendered, titles: ReadonlyMap<string, string>): string {
  const page = pageOf(document);
  const to = (path: string) => posix.relative(posix.dirname(page), path);
  const title = titles.get(document)!;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title === "Callboard" ? "Callboard docs" : `${title} · Callboard docs`)}</title>
<link rel="icon" href="${to("icon.svg")}">
<link rel="stylesheet" href="${to("docs.css")}">
<script defer src="${to("docs.js")}"></script>
</head>
<body>
<a class="skip-link" href="#content">Skip to the text</a>
<header class="bar">
<p class="brand"><a href="${to("index.html")}">Callboard</a> <span class="brand-page">Docs</span></p>
<search class="search" hidden>
<input type="search" id="search" aria-label="Search the docs" placeholder="Search ( / )" autocomplete="off" spellcheck="false">
<p class="visually-hidden" role="status"></p>
<ol class="found" hidden></ol>
</search>
<button type="button" class="menu-button" popovertarget="menu">Pages</button>
</header>
<nav id="menu" class="menu" popover aria-label="Pages">
${groups.map(([name, documents]) => groupOf(name, documents)).join("\n")}
</nav>
<main id="content" tabindex="-1">
${rendered.html}</main>
</body>
</html>
`;

  function groupOf(name: string, documents: readonly string[]): string {
    return `<p>${name}</p>\n<ul>\n${documents.map(entryOf).join("\n")}\n</ul>`;
  }

  function entryOf(listed: string): string {
    const text = escapeHtml(titles.get(listed)!);
    if (listed !== document) return `<li><a href="${to(pageOf(listed))}">${text}</a></li>`;
    const parts = rendered.sections.filter(({ level }) => level === 2);
    const within = parts.map((part) => `<li><a href="#${part.id}">${escapeHtml(part.title)}</a></li>`);
    const list = within.length > 0 ? `\n<ul>\n${within.join("\n")}\n</ul>` : "";
    return `<li><a href="#content" aria-current="page">${text}</a>${list}</li>`;
  }
}
