import { existsSync, readFileSync, statSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { build } from "esbuild";
import { cached } from "../bundle-cache.ts";
import { docsFolder, documentsOf } from "../bundle-key.js";
import { type Manifest, repositoryOf } from "../manifests.ts";
import { writeSingleFile } from "../single-file.ts";
import { drawDiagram } from "./diagram.ts";
import { layOut } from "./layout.ts";
import { type Rendered, renderDocument } from "./markdown.ts";
import { pageOf } from "./pages.ts";
import { writeIndex } from "./search-index.ts";

interface Site {
  readonly root: string;
  /** The output folder. */
  readonly folder: string;
  /** The address of the sources for links; without it these are plain text. */
  readonly repository: Manifest["repository"];
}

/** The folder of a clone's current docs, from the cache unless one of them has changed. */
export const buildDocs = (root: string): Promise<string> =>
  cached(
    () => docsFolder(root),
    (folder) => writeDocs({ root, folder, repository: repositoryOf(root) }),
  );

/** Writes the docs as a site of files that link to each other, wherever it is served: a page for each document. */
export async function writeDocs({ root, folder, repository }: Site): Promise<void> {
  const address = repository?.url.replace(/^git\+|\.git$/g, "");
  const documents = documentsOf(root);
  const rendered = new Map<string, Rendered>();
  const taken = new Set<string>();
  const files = new Map<string, string>();
  for (const document of documents) {
    const page = pageOf(document);
    const from = posix.dirname(page);
    const resolve = (path: string, hash: string): string | undefined => {
      const other = [path, posix.join(path, "README.md")].find((one) => documents.includes(one));
      if (other !== undefined) return posix.relative(from, pageOf(other)) + hash;
      if (!isPartOfDocs(root, path)) return address && `${address}/blob/HEAD/${path}${hash}`;
      taken.add(path);
      return posix.relative(from, placeOf(path));
    };
    const draw = (source: string): string => {
      const picture = `diagrams/${files.size + 1}.svg`;
      files.set(picture, drawDiagram(source));
      return posix.relative(from, picture);
    };
    const markdown = readFileSync(join(root, document), "utf8");
    rendered.set(document, renderDocument(document, markdown, { resolve, draw }));
  }
  const titles = new Map(
    [...rendered].map(([document, { sections }]) => [document, sections[0]?.title ?? document]),
  );
  for (const [document, made] of rendered) files.set(pageOf(document), layOut(document, made, titles));
  files.set("search.json", writeIndex(searched(rendered, titles)));
  await Promise.all([
    writeSingleFile("scripts/docs/script.ts", join(folder, "docs.js")),
    writeStyles(root, join(folder, "docs.css")),
    cp(join(root, "packages/web/src/ui/icon.svg"), join(folder, "icon.svg")),
    ...[...taken].map((path) => cp(join(root, path), join(folder, placeOf(path)))),
    ...[...files].map(([path, text]) => write(join(folder, path), text)),
  ]);
}

const writeStyles = (absWorkingDir: string, outfile: string) =>
  build({
    absWorkingDir,
    entryPoints: ["scripts/docs/styles.css"],
    outfile,
    bundle: true,
    minify: true,
    external: ["icon.svg"],
    logLevel: "silent",
  });

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Pictures, schemas and policies next to the documents can be downloaded. */
const isPartOfDocs = (root: string, path: string): boolean =>
  path.startsWith("docs/") && existsSync(join(root, path)) && statSync(join(root, path)).isFile();

const placeOf = (path: string): string => path.replace(/^docs\//, "");

const searched = (rendered: ReadonlyMap<string, Rendered>, titles: ReadonlyMap<string, string>) =>
  [...rendered].flatMap(([document, { sections }]) =>
    sections.map(({ id, title, text }) => ({
      id: `${pageOf(document)}#${id}`,
      page: titles.get(document)!,
      title,
      text,
    })),
  );
