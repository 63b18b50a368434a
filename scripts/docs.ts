import { resolve } from "node:path";
import { thisRoot as root } from "./bundle.ts";
import { buildDocs, writeDocs } from "./docs/site.ts";
import { repositoryOf } from "./manifests.ts";

/**
 * Builds the docs as a site and prints its folder: the one that is named, or else one in the cache, which is where a
 * clone's `npm start` serves them from.
 */
async function main(named: string | undefined): Promise<string> {
  if (named === undefined) return buildDocs(root);
  // Where npm was called, which is not always where it runs.
  const folder = resolve(process.env.INIT_CWD ?? ".", named);
  await writeDocs({ root, folder, repository: repositoryOf(root) });
  return folder;
}

console.log(await main(process.argv[2]));
