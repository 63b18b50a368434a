import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The slowest files, in this order: started last, one of two cores would be idle while they run. The stacks' files come
 * later, because their first run waits for an installation.
 */
const longest = [
  "crash/crash-points",
  "crash/lost-answers",
  "crash/unreliable-services",
  "crash/calls",
  "dev/src/post-processing",
  "stacks/stages",
  "stacks/mutations",
  "stacks/pages",
  "e2e/theatre-breaks",
  "e2e/check.",
  "sign-in/stay-signed-in",
  "e2e/pictures",
  "e2e/away",
  "e2e/theatre.",
  "e2e/plugin-tester",
  "e2e/history",
  "e2e/attend",
  "e2e/start-command",
  "e2e/story-answers",
  "e2e/soak",
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = longest.findIndex((part) => moduleId.includes(part));
  return place === -1 ? longest.length : place;
};

/** Files of one kind share a worker. */
const kindOf = ({ project, moduleId }: TestSpecification): string => {
  const [, environment = ""] = /@vitest-environment (\S+)/.exec(readFileSync(moduleId, "utf8")) ?? [];
  return `${environment} ${project.name}`;
};

/**
 * The longest first, so that two workers end at about the same time; then kind by kind, since a worker ends, with all
 * that it has loaded, when the next file is of another.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = (await super.sort(files)).map((file) => ({ file, kind: kindOf(file) }));
    return sorted
      .sort((a, b) => placeOf(a.file) - placeOf(b.file) || a.kind.localeCompare(b.kind))
      .map(({ file }) => file);
  }
}
