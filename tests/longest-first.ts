import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The slowest files, in this order: started last, one of two cores would be idle while they run. The stacks' files come
 * later, because their first run waits for an installation.
 */
const longest = [
  "crash/crash-points",
  "crash/lost-answers",
  "crash/unruly-services",
  "crash/calls",
  "compose/post-processing",
  "stacks/stages",
  "stacks/mutations",
  "stacks/pages",
  "e2e/attend",
  "e2e/start-command",
  "e2e/story-answers",
  "e2e/soak",
  "e2e/restart",
  "e2e/ledger",
  "e2e/recovery",
  "e2e/story-",
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = longest.findIndex((part) => moduleId.includes(part));
  return place === -1 ? longest.length : place;
};

/** The longest first, so that two workers end at about the same time. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted].sort((a, b) => placeOf(a) - placeOf(b));
  }
}
