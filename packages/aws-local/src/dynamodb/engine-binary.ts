import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/** The npm packages that bring the engine, optional ones of this package; each is for one kind of machine. */
export const enginePackages: readonly string[] = ["@dynoxide/linux-x64"];

/** No DynamoDB engine was found; the message says in one line what to do about it. */
export class MissingEngine extends Error {
  override readonly name = "MissingEngine";

  constructor(npmPackage: string | undefined) {
    const remedy =
      npmPackage !== undefined && enginePackages.includes(npmPackage)
        ? `install its optional package ${npmPackage} (npm install --include=optional)`
        : "put `dynoxide` on the PATH (https://github.com/nubo-db/dynoxide)";
    super(
      `no DynamoDB engine for this machine: ${remedy} or set DYNAMODB_ENDPOINT to any DynamoDB, for instance DynamoDB Local`,
    );
  }
}

/** Where to look for the engine's program. */
export interface EngineSearch {
  /** The optional npm package that brings it; undefined looks on the path alone. */
  npmPackage: string | undefined;
  path: string;
}

/** Finds the engine's program: the npm package's, else `dynoxide` on the path. Throws `MissingEngine`. */
export function findEngine(search: EngineSearch): string {
  const folders = search.path.split(delimiter).filter((folder) => folder !== "");
  const candidates = [packageFolder(search.npmPackage), ...folders].filter((folder) => folder !== undefined);
  const found = candidates.map((folder) => join(folder, "dynoxide")).find(isProgram);
  if (found === undefined) throw new MissingEngine(search.npmPackage);
  return found;
}

function packageFolder(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
