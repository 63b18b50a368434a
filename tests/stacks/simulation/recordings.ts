import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/synth/platform.ts";

/** A recorded call as IAM sees it: `iam-calls.ts` documents its fields. */
export interface RecordedCall {
  readonly action: string;
  readonly keys?: readonly string[];
  readonly index?: string;
  readonly events?: readonly string[];
  readonly of?: string;
}

/** The calls of a function, by what it was invoked with. */
type Paths = Readonly<Record<string, readonly RecordedCall[]>>;

const pascal = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** All recordings of the packages' suites, in files of this name, by the function's name in a stage. */
export function recordings(): ReadonlyMap<string, Paths> {
  const files = readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" }).filter((file) =>
    /^[^/]+\/src\/.*recorded-calls\.json$/.test(file.replaceAll("\\", "/")),
  );
  const all = files.flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(join(root, "packages", file), "utf8")) as Record<string, Paths>),
  );
  return new Map(all.map(([name, paths]) => [pascal(name), paths]));
}
