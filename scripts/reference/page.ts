import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { type Described, describe, type Member, typesIn } from "./described.ts";
import { type Declared, type Entry, entriesOf, exportsOf, isType, lookUp } from "./exported.ts";
import { startCompiler } from "./resolved.ts";

/** One page of the reference: an entry, with all that it exports. */
export interface Page {
  /** The file, in docs/reference. */
  readonly file: string;
  readonly entry: Entry;
  readonly shown: readonly Described[];
  readonly text: string;
}

/** Of the protocol only the types of values: PROTOCOL.md shows messages and events, with an example of each. */
const values = "@callboard/protocol/values";
const entries = ["client", "tokens", "protocol"]
  .flatMap(entriesOf)
  .filter(({ name }) => !name.startsWith("@callboard/protocol") || name === values);

function fileOf({ name }: Entry): string {
  return `${name.split("/").at(-1)}.md`;
}

/** The page that lists the others. */
export const indexPage = `# Reference

What each entry of the packages exports, made by \`npm run reference\` from the docstrings of the sources:

${entries.map((entry) => `- [${entry.name}](${fileOf(entry)})`).join("\n")}

[PROTOCOL.md](../../PROTOCOL.md) describes the messages and events of \`@callboard/protocol\`, whose types are made from schemas, with an example of each; [HTTP](../http.md) has an OpenAPI document.
`;

/** Every page of an entry as it is to be. */
export function referencePages(): Page[] {
  const compiler = startCompiler();
  try {
    return pagesOf((one) => compiler.resolve(one, describe(one)));
  } finally {
    compiler.close();
  }
}

function pagesOf(show: (declared: Declared) => Described): Page[] {
  const exported = new Map(entries.map((entry) => [entry, exportedBy(entry)]));
  const places = new Map<Declared["node"], string>();
  for (const [entry, all] of exported)
    for (const { node } of all) if (!places.has(node)) places.set(node, fileOf(entry));
  return [...exported].map(([entry, all]) => {
    // What the compiler has worked out names nothing.
    const named = all.filter((one) => !show(one).isWorkedOut).flatMap(namedBy);
    const inner = [...new Map(named.map((one) => [one.node, one])).values()].filter(isType);
    const others = inner.filter(({ node }) => (places.get(node) ?? fileOf(entry)) !== fileOf(entry));
    const shown = [...all.filter((one) => !isType(one)), ...all.filter(isType)].map(show);
    const sections = [
      `# ${entry.name}`,
      "<!-- Made by npm run reference from the docstrings of the sources. -->",
      ...sectionOf(
        "Functions and values",
        shown.filter(({ kind }) => kind === "code"),
      ),
      ...sectionOf(
        "Types",
        shown.filter(({ kind }) => kind === "type"),
      ),
      ...sectionOf("Types that these name", inner.filter(({ node }) => !places.has(node)).map(show)),
      ...listOf(
        "On other pages: ",
        others.map(({ name, node }) => link(name, places.get(node))),
      ),
    ];
    return { file: fileOf(entry), entry, shown, text: formatted(sections) };
  });
}

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

/** As `npm run format` leaves it, the code in it too. */
function formatted(sections: readonly string[]): string {
  const args = [biome, "format", "--stdin-file-path=docs/reference/page.md"];
  return execFileSync(process.execPath, args, { input: sections.join("\n\n"), encoding: "utf8" });
}

/** Each declaration once. A schema and its type have one name; of the two, the type is what a caller writes. */
function exportedBy({ name, file }: Entry): Declared[] {
  const all = [...new Map(exportsOf(file).map((one) => [one.node, one])).values()];
  if (name === values) return all.filter(isType);
  return all.filter((one) => isType(one) || !all.some((other) => isType(other) && sameName(one, other)));
}

const link = (name: string, file = "") => `[\`${name}\`](${file}#${name.toLowerCase()})`;
const listOf = (before: string, links: readonly string[]) =>
  links.length === 0 ? [] : [`${before}${[...new Set(links)].join(" · ")}`];
const sameName = (one: Declared, other: Declared): boolean =>
  one.name === other.name && one.file === other.file;

/** The declarations of ours that a declaration names in its types. */
const namedBy = (declared: Declared): Declared[] =>
  [...typesIn(declared.node)]
    .filter((name) => name !== declared.name)
    .flatMap((name) => lookUp(declared.file, name));

const sectionOf = (title: string, shown: readonly Described[]): string[] =>
  shown.length === 0
    ? []
    : [
        `## ${title}`,
        ...listOf(
          "",
          shown.map(({ name }) => link(name)),
        ),
        ...shown.map(markdown),
      ];

function markdown({ name, doc, code, members }: Described): string {
  const parts = [`### ${name}`, doc, code && `\`\`\`ts\n${code}\n\`\`\``, members.map(line).join("\n")];
  return parts.filter(Boolean).join("\n\n");
}

const line = ({ code, doc }: Member): string => {
  const written = code.includes("`") ? `\`\` ${code} \`\`` : `\`${code}\``;
  return `- ${written}${doc && `: ${doc.replaceAll("\n", "\n  ")}`}`;
};

/** The functions, classes and members of options of which a page says nothing; a type may speak for itself. */
export function undocumented({ shown, entry }: Page): string[] {
  return shown.flatMap(({ name, kind, doc, members }) => {
    if (kind === "code") return doc ? [] : [`${entry.name}: ${name}`];
    const silent = /Options$/.test(name) ? members.filter((member) => !member.doc) : [];
    return silent.map(({ code }) => `${entry.name}: ${name}, ${code}`);
  });
}
