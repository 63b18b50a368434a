import { resolve } from "node:path";
import { thisRoot as root } from "./bundle.ts";
import { buildDocs, writeDocs } from "./docs/site.ts";
import { repositoryOf } from "./manifests.ts";

/**
 * Builds the docs as a site and prints its folder: the named one, or else one in the cache, from which a clone's `npm
 * start` serves them.
 */
async function main(named: string | undefined): Promise<string> {
  if (named === undefined) return buildDocs(root);
  // Where npm was called, which may differ from the current folder.
  const folder = resolve(process.env.INIT_CWD ?? ".", named);
  await writeDocs({ root, folder, repository: repositoryOf(root) });
  return folder;
}

console.log(await main(process.argv[2]));
