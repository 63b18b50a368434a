import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { thisRoot as root } from "../scripts/bundle.ts";
import { isPublished, membersOf } from "../scripts/manifests.ts";
import { indexPage, referencePages, undocumented } from "../scripts/reference/page.ts";

const pages = referencePages();
const folder = join(root, "docs/reference");
const read = (file: string) => readFileSync(join(folder, file), "utf8");

describe("docs/reference", () => {
  it.each(pages)("$file is up to date with the sources (npm run reference writes it)", ({ file, text }) => {
    expect(read(file)).toBe(text);
  });

  it("has these pages and a list of them, and no other", () => {
    const files = ["README.md", ...pages.map(({ file }) => file)];
    expect(readdirSync(folder).sort()).toEqual(files.sort());
    expect(read("README.md")).toBe(indexPage);
  });

  it("has a page for every entry of the client, of tokens and of asl", () => {
    const published = membersOf(root).filter(isPublished);
    for (const name of ["@callboard/client", "@callboard/tokens", "@callboard/asl"]) {
      const { exports = {} } = published.find(({ manifest }) => manifest.name === name)!.manifest;
      const entries = Object.keys(exports).map((entry) => name + entry.slice(1));
      expect(pages.map(({ entry }) => entry.name)).toEqual(expect.arrayContaining(entries));
    }
  });

  it.each(pages)("$file names no machine, and no place in a source", ({ text }) => {
    expect(text).not.toContain(root);
    expect(text).not.toMatch(/\.tsx?\b|\bfile:|z\.infer/);
  });
});

const pageOf = (name: string) => pages.find(({ entry }) => entry.name === name)!;
const shown = (entry: string, name: string) => pageOf(entry).shown.find((one) => one.name === name);

describe("an entry", () => {
  it.each(pages)("$entry.name has a docstring for every function, class and option", (page) => {
    expect(undocumented(page)).toEqual([]);
  });

  it("shows a function with its parameters, defaults too", () => {
    expect(shown("@callboard/client", "connect")?.code).toBe(
      "function connect<Kinds extends object = NoKinds>(options: ConnectOptions): Callboard<Kinds>;",
    );
    const form = shown("@callboard/client/headless", "answerForm");
    expect(form?.code).toContain("reader: FormReader = {}");
  });

  it("shows the options with their units and defaults", () => {
    const options = shown("@callboard/client", "ConnectOptions")!;
    const timeout = options.members.find(({ code }) => code === "replyTimeoutMs?: number");
    expect(timeout?.doc).toMatch(/in milliseconds\. Default: 60,000\.$/);
  });

  it("shows the fields of a type that is derived from a schema, with the schema's descriptions", () => {
    const reply = shown("@callboard/client", "ReplyInput")!;
    expect(reply.members).toContainEqual({ code: "comment?: string", doc: "" });
    expect(reply.members.find(({ code }) => code === "round: number")?.doc).toMatch(
      /^The round of the request/,
    );
  });
});

it("finds an option and a function without a description", () => {
  const { entry } = pageOf("@callboard/tokens");
  const one = { source: "", at: 0, doc: "", code: "", members: [], named: () => [] };
  const member = (doc: string) => ({ code: "a?: string", doc });
  const made = [
    { ...one, name: "OpenOptions", isType: true, members: [member("What it is."), member("")] },
    { ...one, name: "open", isType: false },
    { ...one, name: "close", isType: false, doc: "Closes it." },
  ];
  expect(undocumented({ entry, shown: made })).toEqual([
    "@callboard/tokens: OpenOptions, a?: string",
    "@callboard/tokens: open",
  ]);
});
