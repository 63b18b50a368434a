import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { type Declared, type Entry, entriesOf, startCompiler } from "./compiler.ts";

/** One page of the reference: an entry, with all its exports. */
export interface Page {
  /** The file, in docs/reference. */
  readonly file: string;
  readonly entry: Entry;
  readonly shown: readonly Declared[];
  readonly text: string;
}

const packages = ["@callboard/client", "@callboard/tokens", "@callboard/asl", "@callboard/protocol"];
/**
 * For the protocol only the types of values: PROTOCOL.md and docs/events.md show messages and events, each with an
 * example.
 */
const VALUES_ENTRY = "@callboard/protocol/values";
const entries = packages
  .flatMap(entriesOf)
  .filter(({ name }) => !name.startsWith("@callboard/protocol") || name === VALUES_ENTRY);

/** The page that lists the others. */
export const indexPage = `# Reference

What each entry of the packages exports, made by \`npm run reference\` from the docstrings of the sources:

${entries.map((entry) => `- [${entry.name}](${fileOf(entry)})`).join("\n")}

[PROTOCOL.md](../../PROTOCOL.md) describes the messages of \`@callboard/protocol\`, [events.md](../events.md) its events and [values.md](../values.md) its values, with an example of each; [HTTP](../http.md) has an OpenAPI document.
`;

/** Every page of an entry, as it should be. */
export function referencePages(): Page[] {
  const compiler = startCompiler(packages);
  try {
    const all = entries.map((entry) => {
      const exported = compiler.exportsOf(entry);
      return {
        entry,
        exported: entry.name === VALUES_ENTRY ? exported.filter(({ isType }) => isType) : exported,
      };
    });
    const places = new Map<string, string>();
    for (const { entry, exported } of all)
      for (const one of exported) if (!places.has(idOf(one))) places.set(idOf(one), fileOf(entry));
    return all.map(({ entry, exported }) => pageOf(entry, exported, places));
  } finally {
    compiler.close();
  }
}

function pageOf(entry: Entry, shown: readonly Declared[], places: ReadonlyMap<string, string>): Page {
  const file = fileOf(entry);
  const named = [...new Map(shown.flatMap((one) => one.named()).map((one) => [idOf(one), one])).values()];
  const elsewhere = named.filter((one) => (places.get(idOf(one)) ?? file) !== file);
  const sections = [
    `# ${entry.name}`,
    "<!-- Made by npm run reference from the docstrings of the sources. -->",
    ...sectionOf(
      "Functions and values",
      shown.filter(({ isType }) => !isType),
    ),
    ...sectionOf(
      "Types",
      shown.filter(({ isType }) => isType),
    ),
    ...sectionOf(
      "Types that these name",
      named.filter((one) => !places.has(idOf(one))),
    ),
    ...listOf(
      "On other pages: ",
      elsewhere.map((one) => link(one.name, places.get(idOf(one)))),
    ),
  ];
  return { file, entry, shown, text: formatted(sections) };
}

const idOf = ({ source, at }: Declared): string => `${source} ${at}`;

function fileOf({ name }: Entry): string {
  return `${name.split("/").at(-1)}.md`;
}

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

/** As `npm run format` formats it, code blocks included. */
function formatted(sections: readonly string[]): string {
  const args = [biome, "format", "--stdin-file-path=docs/reference/page.md"];
  return execFileSync(process.execPath, args, { input: sections.join("\n\n"), encoding: "utf8" });
}

const link = (name: string, file = "") => `[\`${name}\`](${file}#${name.toLowerCase()})`;
const listOf = (before: string, links: readonly string[]) =>
  links.length === 0 ? [] : [`${before}${links.join(" · ")}`];

function sectionOf(title: string, shown: readonly Declared[]): string[] {
  if (shown.length === 0) return [];
  const links = shown.map(({ name }) => link(name));
  return [`## ${title}`, ...listOf("", links), ...shown.map(markdown)];
}

function markdown({ name, doc, code, members }: Declared): string {
  const fenced = code && `\`\`\`ts\n${code}\n\`\`\``;
  return [`### ${name}`, doc, fenced, members.map(line).join("\n")].filter(Boolean).join("\n\n");
}

const line = ({ code, doc }: Declared["members"][number]): string => {
  const written = code.includes("`") ? `\`\` ${code} \`\`` : `\`${code}\``;
  return `- ${written}${doc && `: ${doc.replaceAll("\n", "\n  ")}`}`;
};

/** Functions, classes and option members without a docstring; a type may be clear by itself. */
export function undocumented({ shown, entry }: Pick<Page, "shown" | "entry">): string[] {
  return shown.flatMap(({ name, isType, doc, members }) => {
    if (!isType) return doc ? [] : [`${entry.name}: ${name}`];
    const silent = /Options$/.test(name) ? members.filter((member) => !member.doc) : [];
    return silent.map(({ code }) => `${entry.name}: ${name}, ${code}`);
  });
}
