import { posix } from "node:path";
import { isForTests, type SourceFile } from "./house-files.ts";
import { importViolations, type Manifest } from "./house-imports.ts";

/** Files, or folders ending in `/`, that may read the time, the environment or random numbers; each with its reason. */
const roots: Readonly<Record<string, string>> = {
  "packages/functions/src/lambda/": "the composition roots of the functions",
  "packages/functions/src/aws/machine.ts": "is the clock, random numbers, and the trace that Lambda names",
  "packages/client/src/clock.ts": "is the client's clock",
  "packages/client/src/callboard.ts": "the client's composition root: random numbers by default",
  "packages/web/src/session/browser-session.ts": "is the pages' clock until a server has sent the time",
  "packages/tokens/src/token-mint.ts": "a back end's composition root: the clock by default",
  "packages/tokens/src/webhooks.ts": "the same for receivers of webhooks",
  "packages/cli/src/main.ts": "the composition root of the command",
  "packages/video/src/lambda/": "the composition roots of the task functions",
  "packages/video/src/container/": "the composition root of the container",
  "packages/video/src/tasks/prepare.ts": "names a file in the folder for temporary files",
  "packages/aws-local/src/clock/clock.ts": "is the clock",
  "packages/aws-local/src/dynamodb/table-operations.ts": "ids of tables, as AWS makes them",
  "packages/aws-local/src/bus/": "event ids and jitter, as AWS makes them",
  "packages/aws-local/src/lambda/": "request ids, as AWS makes them",
  "packages/aws-local/src/s3/": "request ids and file names",
  "packages/aws-local/src/ses/": "ids of mails, of events and of requests, as AWS makes them",
  "packages/aws-local/src/sns/": "ids of messages, subscriptions and requests, as AWS makes them",
  "packages/aws-local/src/sqs/sqs.ts": "composes the queues: message ids, as AWS makes them",
  "packages/aws-local/src/sqs/event-source-mappings.ts": "ids of mappings, as AWS makes them",
  "packages/aws-local/src/states/states.ts": "composes the engine: ids and random numbers by default",
  "packages/aws-local/src/states/query/": "the languages have their own uuid and random number",
  "packages/aws-local/src/integrations/": "task ids, as AWS makes them",
};

const ambient: readonly (readonly [RegExp, string])[] = [
  [/\bprocess\.env\b/, "process.env"],
  [/\bDate\.now\b/, "Date.now"],
  [/\bnew Date\(\)/, "new Date()"],
  [/\bMath\.random\b/, "Math.random"],
  [/\brandomUUID\b/, "randomUUID"],
];

const MIN_LENGTH = 20;
const MAX_LENGTH = 400;

/** Files under 20 or over 400 lines, each with its reason. */
const unusualLengths: Readonly<Record<string, string>> = {
  "packages/aws-local/src/deferred.ts": "a promise that is settled from outside, for every service and test",
  "packages/client/src/headless/forms.ts": "what is loaded as one chunk",
  "packages/functions/src/aws/errors.ts": "what any log may contain of an error",
  "packages/functions/src/aws/json-schema-answers.ts": "loads the checker of answers late",
  "packages/functions/src/producers/workflow.ts": "a producer is one file",
  "packages/web/src/creator/later-question.ts": "what a question loads late, on any page",
  "packages/web/src/words/en/facts.ts": "the texts of parts that are loaded with the first fact",
  "packages/web/src/words/ja/facts.ts": "the texts of parts that are loaded with the first fact",
  "packages/protocol/src/subprotocols.ts": "how a connection is opened, a published contract",
};

/** Files that may be short: an entry, a composition root, one component or hook, a declaration. */
const shortByNature = /\/index\.ts$|\.tsx$|\/use-[\w-]+\.ts$|\.d\.ts$|\/(lambda|container)\//;

const secret = /task_?token|\bjwt\b|authorization|secretAccessKey|\bcomment\b|\bprompt\b/i;

/** The rules of the house that files break, each in one line that begins with the file. */
export function violationsOf(files: readonly SourceFile[], manifests: readonly Manifest[]): string[] {
  return [
    ...importViolations(files, manifests),
    ...files.flatMap((file) => [
      ...ambientViolations(file),
      ...lengthViolations(file),
      ...secretViolations(file),
      ...nameViolations(file),
      ...constantViolations(file),
      ...testViolations(file),
    ]),
  ];
}

/** The exceptions that no file needs any more. */
export function idleExceptions(files: readonly SourceFile[]): string[] {
  const idleRoots = Object.keys(roots).filter(
    (place) => !files.some((file) => isUnder(file.path, [place]) && readsOf(file).length > 0),
  );
  const idleLengths = Object.keys(unusualLengths).filter(
    (path) => !files.some((file) => file.path === path && lengthOf(file) !== undefined),
  );
  return [...idleRoots, ...idleLengths];
}

function ambientViolations(file: SourceFile): string[] {
  if (isUnder(file.path, Object.keys(roots))) return [];
  return readsOf(file).map((name) => `${file.path}: reads ${name}`);
}

/** Which of time, random numbers and environment a package's file reads. */
function readsOf({ path, text }: SourceFile): string[] {
  if (!path.startsWith("packages/") || isForTests(path)) return [];
  return ambient.filter(([pattern]) => pattern.test(text)).map(([, name]) => name);
}

function lengthViolations(file: SourceFile): string[] {
  const lines = unusualLengths[file.path] === undefined ? lengthOf(file) : undefined;
  return lines === undefined ? [] : [`${file.path}: ${lines} line${lines === 1 ? "" : "s"}`];
}

/** The number of lines of a file that has too many, or too few; undefined for any other. */
function lengthOf({ path, text }: SourceFile): number | undefined {
  const lines = text.trimEnd().split("\n").length;
  if (lines > MAX_LENGTH) return lines;
  const mayBeShort = !path.startsWith("packages/") || isForTests(path) || shortByNature.test(path);
  return lines < MIN_LENGTH && !mayBeShort ? lines : undefined;
}

/** Calls of a log or of the console with a secret or a person's text. */
function secretViolations({ path, text }: SourceFile): string[] {
  const calls = text.matchAll(/\b(?:console|log|logger)\.\w+\(/g);
  return [...calls]
    .filter((call) => secret.test(argumentsAt(text, call.index + call[0].length)))
    .map((call) => `${path}: ${call[0]} is given a secret or a person's words`);
}

/** The text up to the closing parenthesis of a call. */
function argumentsAt(text: string, start: number): string {
  let open = 1;
  let end = start;
  while (end < text.length && open > 0) {
    if (text[end] === "(") open++;
    else if (text[end] === ")") open--;
    end++;
  }
  return text.slice(start, end);
}

/** A number has a name in capitals; the limits are published by their names. */
function constantViolations({ path, text }: SourceFile): string[] {
  if (path.endsWith(".test.ts") || path.endsWith(".test.tsx") || path === "packages/protocol/src/limits.ts")
    return [];
  return [...text.matchAll(/^(?:export )?const ([a-z]\w*)(?:: number)? = [-\d(][-\d_.\s*+/()e]*;/gm)].map(
    ([, name]) => `${path}: the constant ${name} is not in capitals`,
  );
}

function nameViolations({ path }: SourceFile): string[] {
  const name = posix.basename(path);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/.test(name)) return [`${path}: is not in kebab-case`];
  return /(^|-)(manager|helpers?|utils?|impl)\./.test(name) ? [`${path}: says nothing`] : [];
}

function testViolations({ path, text }: SourceFile): string[] {
  if (!isForTests(path)) return [];
  return [/\bvi\.mock\(/, /\b(?:it|test|describe)\.(?:skip|only|todo)\(/]
    .filter((pattern) => pattern.test(text))
    .map((pattern) => `${path}: ${pattern.exec(text)?.[0]}`);
}

const isUnder = (path: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place));
