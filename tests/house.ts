import { posix } from "node:path";

/** A source file, its path relative to the root of the project. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Allowed {
  readonly any: readonly string[];
  /** Only with `import type`. */
  readonly types?: readonly string[];
  /** Only in what is for tests. */
  readonly tests?: readonly string[];
}

/** What each package may import of ours. */
const rooms: Readonly<Record<string, Allowed>> = {
  protocol: { any: [] },
  core: { any: ["protocol"] },
  client: { any: ["protocol"], tests: ["core", "functions"] },
  web: { any: ["client", "protocol"] },
  tokens: { any: [] },
  functions: { any: ["core", "protocol"] },
  "aws-local": { any: [] },
  video: { any: ["aws-local"], types: ["protocol"] },
  dev: { any: ["core", "functions", "protocol", "tokens", "aws-local", "video"] },
  cli: { any: ["dev", "functions", "core", "protocol"] },
  stacks: { any: ["core", "functions", "video"] },
};

/** Where the machine is put together: it alone of its room may import the others. */
const localRoots = ["packages/dev/src/main.ts", "packages/dev/src/"];

/** What the domain may import beside its own files; test files add the test libraries. */
const coreLibraries = /^zod(\/|$)/;
const testLibraries = /^(vitest|fast-check)(\/|$)/;

/** Files, or folders ending in `/`, that may read the time, the environment or chance; each with its reason. */
const roots: Readonly<Record<string, string>> = {
  "packages/functions/src/lambda/": "the composition roots of the functions",
  "packages/functions/src/compose.ts": "builds the ports from the environment",
  "packages/functions/src/aws/system-clock.ts": "is the clock",
  "packages/functions/src/aws/crypto-ids.ts": "is the source of ids",
  "packages/client/src/clock.ts": "is the client's clock",
  "packages/client/src/callboard.ts": "the client's composition root: chance by default",
  "packages/tokens/src/token-mint.ts": "a back end's composition root: the clock by default",
  "packages/cli/src/main.ts": "the composition root of the command",
  "packages/video/src/lambda/": "the composition roots of the task functions",
  "packages/video/src/container/": "the composition root of the container",
  "packages/video/src/tasks/prepare.ts": "names a file in the folder for temporary files",
  "packages/web/src/ui/": "a page shows ages by the reader's own clock",
  "packages/web/src/viewer/": "a page shows ages by the reader's own clock",
  "packages/web/src/creator/": "a page shows ages by the reader's own clock",
  "packages/dev/src/main.ts": "the composition root of the machine",
  "packages/dev/src/": "the composition root of the machine",
  "packages/aws-local/src/clock/clock.ts": "is the clock",
  "packages/aws-local/src/dynamodb/": "a child process needs its PATH",
  "packages/aws-local/src/bus/": "event ids and jitter, as AWS makes them",
  "packages/aws-local/src/lambda/": "request ids, as AWS makes them",
  "packages/aws-local/src/s3/": "request ids and file names",
  "packages/aws-local/src/states/index.ts": "puts the engine together: ids and chance by default",
  "packages/aws-local/src/states/query/": "the languages have a uuid and a random number of their own",
  "packages/aws-local/src/integrations/": "task ids, as AWS makes them",
};

const ambient: readonly (readonly [RegExp, string])[] = [
  [/\bprocess\.env\b/, "process.env"],
  [/\bDate\.now\b/, "Date.now"],
  [/\bnew Date\(\)/, "new Date()"],
  [/\bMath\.random\b/, "Math.random"],
  [/\brandomUUID\b/, "randomUUID"],
];

const longest = 300;

/** Files over 300 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {
  "packages/core/src/request/life.test.ts": "one request's life under every race, on one stage",
  "packages/client/src/channels.test.ts": "what a client owes its channels, on one server that answers",
  "packages/aws-local/src/lambda/lambda.test.ts": "one contract with AWS Lambda, clause by clause",
};

const secret = /task_?token|\bjwt\b|authorization|secretAccessKey|\bcomment\b|\bprompt\b/i;

/** Where the files break the rules of the house, each in one line that begins with the file. */
export function violationsOf(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...importViolations(file),
    ...ambientViolations(file),
    ...lengthViolations(file),
    ...secretViolations(file),
    ...nameViolations(file),
    ...testViolations(file),
  ]);
}

function importViolations({ path, text }: SourceFile): string[] {
  const room = roomOf(path);
  const allowed = room === undefined ? undefined : rooms[room];
  if (!room || !allowed) return [];
  return importsOf(text).flatMap(({ specifier, typeOnly }) => {
    const target = targetOf(path, specifier);
    if (target === undefined)
      return room === "core" && !isCoreLibrary(path, specifier) ? [`${path}: core imports ${specifier}`] : [];
    if (target === room || allowed.any.includes(target)) return [];
    if (typeOnly && allowed.types?.includes(target)) return [];
    if (isForTests(path) && allowed.tests?.includes(target)) return [];
    return [`${path}: ${room} imports ${specifier}`];
  });
}

const isCoreLibrary = (path: string, specifier: string): boolean =>
  coreLibraries.test(specifier) || (isForTests(path) && testLibraries.test(specifier));

/** The room that an import leads to; undefined for a library. */
function targetOf(path: string, specifier: string): string | undefined {
  const ours = /^@callboard\/([\w-]+)/.exec(specifier)?.[1];
  if (ours !== undefined) return ours;
  if (!specifier.startsWith(".")) return undefined;
  return roomOf(posix.join(posix.dirname(path), specifier)) ?? "outside";
}

const roomOf = (path: string): string | undefined =>
  /^packages\/([\w-]+)\//.exec(path)?.[1] ?? (path.startsWith("stacks/") ? "stacks" : undefined);

/** Everything that a module imports or exports again, in the order of its text. */
export function importsOf(text: string): { specifier: string; typeOnly: boolean }[] {
  const statement =
    /(?:^|[\n;])\s*(?:import|export)\s+(type\s)?[^;"'`]*?\bfrom\s*["']([^"']+)["']|(?:^|[\n;])\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;
  return [...text.matchAll(statement)].map(([, type, from, bare, dynamic]) => ({
    specifier: (from ?? bare ?? dynamic)!,
    typeOnly: type !== undefined,
  }));
}

function ambientViolations({ path, text }: SourceFile): string[] {
  if (!path.startsWith("packages/") || isForTests(path) || isUnder(path, Object.keys(roots))) return [];
  return ambient.filter(([pattern]) => pattern.test(text)).map(([, name]) => `${path}: reads ${name}`);
}

function lengthViolations({ path, text }: SourceFile): string[] {
  const lines = text.trimEnd().split("\n").length;
  return lines > longest && longFiles[path] === undefined ? [`${path}: ${lines} lines`] : [];
}

/** A call of a log or of the console that is given a secret or a person's words. */
function secretViolations({ path, text }: SourceFile): string[] {
  const calls = text.matchAll(/\b(?:console|log|logger)\.\w+\(/g);
  return [...calls]
    .filter((call) => secret.test(argumentsAt(text, call.index + call[0].length)))
    .map((call) => `${path}: ${call[0]} is given a secret or a person's words`);
}

/** The text up to the parenthesis that closes a call. */
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

const isForTests = (path: string): boolean =>
  /\.(test|contract|fixture)\.tsx?$|\/testing\/|\/test-[\w-]+\.ts$/.test(path);

const isUnder = (path: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place));
