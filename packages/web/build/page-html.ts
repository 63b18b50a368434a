import type { HtmlTagDescriptor, Plugin, Rollup } from "vite";
import { builtInPolicy } from "../src/policy.ts";

/** What stands in the head of every page. */
const pageHead: Plugin = {
  name: "page-head",
  transformIndexHtml: {
    order: "pre",
    handler: () => [
      { tag: "meta", attrs: { charset: "utf-8" } },
      { tag: "meta", attrs: { name: "viewport", content: "width=device-width, initial-scale=1" } },
      { tag: "meta", attrs: { name: "color-scheme", content: "light dark" } },
      { tag: "meta", attrs: { name: "referrer", content: "no-referrer" } },
      { tag: "link", attrs: { rel: "icon", href: "./src/ui/icon.svg", type: "image/svg+xml" } },
    ],
  },
};

/** Writes into each page what it may load, for whatever host serves it. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: builtInPolicy },
      injectTo: "head-prepend",
    },
  ],
};

/** The first script of pages, and the styles of what their HTML shows; both are built apart from the pages' own code. */
export const firstParts = { boot: "src/boot/main.ts", shell: "src/styles/shell.css" } as const;

/** What the first script is made of: what is in none of these files comes in a request of its own, before it runs. */
export const firstScript =
  /web\/src\/(boot|session\/(?!issuer|requests-api|last-word|session\.ts)|words\/(?!en|ja|use-)|viewer\/embedding)|preload-helper|protocol\/src\/(defined|name-forms|naming|subprotocols)\.ts/;

/** What pages may share in one file: not what only one of them needs at first, and no styles, of which each has its own. */
export const sharedByPages = /^(?!.*(caption|transcript|video\/src\/upload|\.css$))/;

/** Pages that connect say which they are: `<html data-page="creator">`. */
const connects = /<html[^>]*\sdata-page=/;
const styleLink = /\s*<link rel="stylesheet"[^>]*>/g;

/**
 * Has a page's HTML painted before anything else has come: the styles of its shell come first and alone hold up the
 * first paint, all others stand below the shell, where they hold up the page's script alone. The first script waits for
 * neither.
 */
const pageHtml: Plugin = {
  name: "page-html",
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle, server }) {
      if (server) return { html, tags: firstTags(html, (name) => `/${firstParts[name]}`) };
      if (!bundle) return html;
      const late = html.match(styleLink) ?? [];
      const rest = html.replaceAll(styleLink, "").replace("</body>", `${late.join("")}\n  </body>`);
      return { html: rest, tags: firstTags(html, (name) => fileOf(bundle, name)) };
    },
  },
  // What is left of a style sheet's entry once its styles are a file.
  generateBundle(_, bundle) {
    for (const [name, output] of Object.entries(bundle))
      if (output.type === "chunk" && output.isEntry && output.name === "shell") delete bundle[name];
  },
};

/** What pages are made of beside what draws them. */
export const pagePlugins: readonly Plugin[] = [pageHead, pageHtml, contentSecurityPolicy];

function firstTags(html: string, addressOf: (name: keyof typeof firstParts) => string): HtmlTagDescriptor[] {
  const styles: HtmlTagDescriptor = {
    tag: "link",
    attrs: { rel: "stylesheet", href: addressOf("shell") },
    injectTo: "head-prepend",
  };
  if (!connects.test(html)) return [styles];
  return [
    {
      // As `fetch` asks for it, or it would be asked for twice.
      tag: "link",
      attrs: { rel: "preload", as: "fetch", crossorigin: true, href: "./config.json" },
      injectTo: "head-prepend",
    },
    styles,
    {
      tag: "script",
      attrs: { type: "module", async: true, crossorigin: true, src: addressOf("boot") },
      injectTo: "head",
    },
  ];
}

/** Where a page finds an entry's file. */
function fileOf(bundle: Rollup.OutputBundle, name: keyof typeof firstParts): string {
  const file = Object.values(bundle).find((output) =>
    output.type === "chunk"
      ? output.isEntry && output.name === name && name === "boot"
      : name === "shell" && /(^|\/)shell-[\w-]+\.css$/.test(output.fileName),
  );
  if (!file) throw new Error(`there is no ${name} among ${Object.keys(bundle).join(", ")}`);
  return `./${file.fileName}`;
}
