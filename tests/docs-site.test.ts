import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { Window } from "happy-dom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { thisRoot as root } from "../scripts/bundle.ts";
import { documentsOf } from "../scripts/bundle-key.js";
import { renderDocument } from "../scripts/docs/markdown.ts";
import { groups, pageOf } from "../scripts/docs/pages.ts";
import { readIndex } from "../scripts/docs/search-index.ts";
import { writeDocs } from "../scripts/docs/site.ts";

const documents = documentsOf(root);
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describe("the list of pages", () => {
  it("has every Markdown file of the project once", () => {
    expect(groups.flatMap(([, listed]) => listed).sort()).toEqual([...documents].sort());
    const tracked = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" });
    expect(documents).toEqual(expect.arrayContaining(tracked.trim().split("\n")));
  });

  it("gives each its own address", () => {
    expect(pageOf("docs/http.md")).toBe("http.html");
    expect(pageOf("README.md")).toBe("index.html");
    expect(pageOf("packages/client/README.md")).toBe("packages/client/index.html");
    expect(new Set(documents.map(pageOf)).size).toBe(documents.length);
  });
});

describe("the site", () => {
  let folder: string;
  let pages: Map<string, Document>;
  beforeAll(async () => {
    folder = await written(undefined);
    pages = new Map(documents.map((document) => [pageOf(document), read(pageOf(document))]));
  });

  function read(page: string): Document {
    const { document } = new Window({ settings: { disableJavaScriptFileLoading: true } });
    document.write(readFileSync(join(folder, page), "utf8"));
    return document as unknown as Document;
  }

  it("links to existing pages, files and sections", () => {
    const dead = [...pages].flatMap(([page, document]) =>
      linksOf(document)
        .filter((link) => !leads(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  /** Whether a link leads to another host, or to something in the site. */
  function leads(page: string, link: string): boolean {
    if (/^https?:/.test(link)) return true;
    const [path = "", id] = link.split("#");
    const target = path === "" ? page : posix.join(posix.dirname(page), path);
    if (!existsSync(join(folder, target))) return false;
    return id === undefined || pages.get(target)?.getElementById(decodeURIComponent(id)) != null;
  }

  it("finds a link without a target", () => {
    expect(leads("index.html", "http.html#try-it")).toBe(true);
    for (const link of ["none.html", "http.html#none", "../index.html", "#none"])
      expect(leads("index.html", link), link).toBe(false);
  });

  it("links to sources if the repository is known, and otherwise shows only their names", async () => {
    const url = "git+https://github.com/callboard/callboard.git";
    const known = await written({ type: "git", url });
    const sources = (place: string, page: string) =>
      [
        ...readFileSync(join(place, page), "utf8").matchAll(
          /href="https:\/\/github.com\/callboard\/callboard\/blob\/HEAD\/([^"#]+)/g,
        ),
      ].map(([, path]) => path!);
    const all = [...pages.keys()].flatMap((page) => sources(known, page));
    expect(all).toContain("packages/functions/src/compose.ts");
    expect(all.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(sources(folder, "architecture.html")).toEqual([]);
    expect(pages.get("architecture.html")!.body.textContent).toContain("compose.ts");
  });

  it("contains nothing that a strict policy would refuse", () => {
    for (const [page, document] of pages) {
      expect(
        document.querySelectorAll("style, [style], script:not([src]), base, form, iframe"),
        page,
      ).toHaveLength(0);
      const loaded = [...document.querySelectorAll("script, link, img")].map(
        (one) => one.getAttribute("src") ?? one.getAttribute("href")!,
      );
      expect(
        loaded.filter((address) => /^[a-z]+:|^\/\//.test(address)),
        page,
      ).toEqual([]);
      const handlers = [...document.querySelectorAll("*")].flatMap(({ attributes }) =>
        [...attributes].filter(({ name, value }) => name.startsWith("on") || /^javascript:/i.test(value)),
      );
      expect(handlers, page).toEqual([]);
    }
    for (const file of [
      "docs.css",
      ...readdirSync(join(folder, "diagrams")).map((name) => `diagrams/${name}`),
    ])
      expect(readFileSync(join(folder, file), "utf8"), file).not.toMatch(/@import|url\((?!"?icon|"?#)/);
  });

  it("gives each page its title, and marks it in the list", () => {
    for (const [page, document] of pages) {
      expect(document.title, page).toMatch(/\S.*docs$/);
      expect(document.querySelectorAll("h1"), page).toHaveLength(1);
      const current = document.querySelectorAll('nav [aria-current="page"]');
      expect(current, page).toHaveLength(1);
      expect(document.querySelectorAll("main img:not([alt])"), page).toHaveLength(0);
    }
    expect(new Set([...pages.values()].map(({ documentElement }) => documentElement.lang))).toEqual(
      new Set(["en"]),
    );
  });

  it("finds a section by its words, also by the beginning of one and with a typing error", () => {
    const index = readIndex(readFileSync(join(folder, "search.json"), "utf8"));
    const found = (query: string) => index.search(query).map(({ id }) => String(id));
    expect(found("CALLBOARD_SMTP_URL")).toContain("notify.html#mail-by-smtp");
    expect(found("try a candid").length).toBeGreaterThan(0);
    expect(found("deplooy aws").some((id) => id.startsWith("deploy.html#"))).toBe(true);
    expect(found("useProgress").some((id) => id.startsWith("reference/react.html#"))).toBe(true);
    // A short word is not taken for another, and signs of code are no part of a word.
    expect(index.search("asl").flatMap(({ terms }) => terms)).not.toContain("ask");
    expect(index.search("connect").flatMap(({ terms }) => terms)).not.toContainEqual(
      expect.stringMatching(/[<`=$]/),
    );
    expect(found("nothing of the kind xyzzy")).toEqual([]);
  });

  it("draws diagrams, with their text next to them", () => {
    const picture = pages.get("architecture.html")!.querySelector('img[src$=".svg"]')!;
    const svg = readFileSync(join(folder, picture.getAttribute("src")!), "utf8");
    expect(svg).toContain("SendTaskSuccess");
    expect(pages.get("architecture.html")!.querySelector("details")!.textContent).toContain("flowchart LR");
  });
});

async function written(repository: Parameters<typeof writeDocs>[0]["repository"]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-docs-"));
  folders.push(folder);
  await writeDocs({ root, folder, repository });
  return folder;
}

const linksOf = (document: Document): string[] =>
  [...document.querySelectorAll("[href], [src]")].map(
    (one) => one.getAttribute("href") ?? one.getAttribute("src")!,
  );

describe("a document", () => {
  const rendered = (markdown: string, places: Readonly<Record<string, string>> = {}) =>
    renderDocument("docs/a.md", markdown, {
      resolve: (path, hash) => places[path] && places[path] + hash,
      draw: () => "1.svg",
    });

  it("gives headings GitHub's ids, also to two equal ones", () => {
    const { sections } = rendered("# A `b` & c's\n\nOne <two>.\n\n## Again\n\n## Again\n");
    expect(sections.map(({ id }) => id)).toEqual(["a-b--cs", "again", "again-1"]);
    expect(sections[0]).toMatchObject({ level: 1, title: "A b & c's" });
  });

  it("keeps the text of a link without a target, and the section of another link", () => {
    const { html } = rendered("[`x`](../x.ts) [y](y.md#z) [w](https://w.example/)", {
      "docs/y.md": "y.html",
    });
    expect(html).toContain('<code>x</code> <a href="y.html#z">y</a> <a href="https://w.example/">w</a>');
  });

  it("shows code of any language unchanged", () => {
    const { html } = rendered('```none\n<b> & c\n```\n\n```tsx file\nconst a = <B c="d" />;\n```\n');
    expect(html).toContain("&lt;b&gt; &amp; c");
    expect(html).toContain("hljs-");
    expect(html).not.toMatch(/<B|<b>/);
  });
});
