import type { HtmlTagDescriptor, Plugin, Rollup } from "vite";
import { builtInPolicy } from "../src/policy.ts";

/** The common head of every page. */
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

/** Writes the Content-Security-Policy into each page, for any host. */
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

/**
 * The first script of pages, and the styles of their static HTML; both are built separately from the pages'
 * own code.
 */
export const firstParts = { boot: "src/boot/main.ts", shell: "src/styles/shell.css" } as const;

/**
 * The files in the first script; code from any other file would need a request of its own before the script
 * runs.
 */
export const firstScript =
  /web\/src\/(boot|session\/(?!issuer|requests-api|keepalive-sender|session\.ts)|words\/(?!en|ja|use-)|viewer\/embedding)|preload-helper|protocol\/src\/(defined|name-forms|naming|subprotocols)\.ts/;

/**
 * Modules that pages may share in one file: nothing that only one page needs at first, and no styles, since
 * each page has its own.
 */
export const sharedByPages = /^(?!.*(caption|transcript|video\/src\/upload|\.css$))/;

/** Pages that connect name themselves: `<html data-page="creator">`. */
const connects = /<html[^>]*\sdata-page=/;
const styleLink = /\s*<link rel="stylesheet"[^>]*>/g;

/**
 * Lets the browser paint a page's HTML first. Only the shell's styles come before it and delay the first
 * paint; all others come after the shell and delay only the page's script. The first script waits for
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
  // The empty script that is left of a style sheet's entry.
  generateBundle(_, bundle) {
    for (const [name, output] of Object.entries(bundle))
      if (output.type === "chunk" && output.isEntry && output.name === "shell") delete bundle[name];
  },
};

/** The plugins for pages, in addition to the renderer. */
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
      // With the attributes that `fetch` uses, or it would be loaded twice.
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

/** The address of an entry's file, for a page. */
function fileOf(bundle: Rollup.OutputBundle, name: keyof typeof firstParts): string {
  const file = Object.values(bundle).find((output) =>
    output.type === "chunk"
      ? output.isEntry && output.name === name && name === "boot"
      : name === "shell" && /(^|\/)shell-[\w-]+\.css$/.test(output.fileName),
  );
  if (!file) throw new Error(`there is no ${name} among ${Object.keys(bundle).join(", ")}`);
  return `./${file.fileName}`;
}
