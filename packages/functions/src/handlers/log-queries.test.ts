import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { jsonLog } from "../aws/json-log.ts";
import { correlated } from "./log-fields.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const guide = read("docs/operate.md");

/** The queries of the guide, by the headings that they stand under. */
const queries = sectionOf("Queries of the logs")
  .split(/^### /m)
  .slice(1)
  .flatMap((part) => {
    const heading = part.slice(0, part.indexOf("\n"));
    return [...part.matchAll(/```text\n([\s\S]*?)```/g)].map(([, query]) => [heading, query!] as const);
  });

function sectionOf(heading: string): string {
  const from = guide.indexOf(`\n## ${heading}\n`);
  const to = guide.indexOf("\n## ", from + 1);
  return guide.slice(from, to === -1 ? undefined : to);
}

/** What a log writes while `say` runs, line by line. */
async function linesOf(say: () => Promise<void>): Promise<Record<string, unknown>[]> {
  const { write } = process.stdout;
  const texts: string[] = [];
  process.stdout.write = ((text: string) => texts.push(text) > 0) as typeof write;
  try {
    await say();
  } finally {
    process.stdout.write = write;
  }
  return texts.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text) as never);
}

/** The sources that log, without what is for tests. */
const sources = ["core/src", "functions/src"]
  .flatMap((folder) =>
    readdirSync(join(root, "packages", folder), { recursive: true }).map(
      (file) => `packages/${folder}/${file}`,
    ),
  )
  .filter((file) => file.endsWith(".ts") && !/\.(test|contract)\.ts$|\/testing\//.test(file))
  .map(read)
  .join("\n");

/** `log.warn("words", { one, two: … })` and `log.metric("name", value, { … })`: what is said, and with which fields. */
const said = [...sources.matchAll(/log\.(info|warn|metric)\(\s*"([^"]+)"([^;]*)/g)].map(
  ([, kind, words, rest]) => ({
    kind: kind!,
    words: words!,
    fields: [...(rest!.match(/\{[^{}]*\}/)?.[0] ?? "").matchAll(/(?:^|[{,\s])(\w+)(?=\s*[,:}])/g)].map(
      ([, name]) => name!,
    ),
  }),
);

/** Lambda's own lines of what no code handled, in its format JSON: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
const ofLambda = ["timestamp", "level", "requestId", "errorType", "errorMessage", "stackTrace", "message"];
/** What CloudWatch finds in any line: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html */
const ofCloudWatch = ["@timestamp", "@message", "@log", "@logStream"];

/** What SST has API Gateway write of a request. */
const ofAccessLogs = ["apigatewayv2", "apigateway-websocket"].flatMap((api) =>
  [...read(`.sst/platform/src/components/aws/${api}.ts`).matchAll(/^\s+(\w+): `"?\$context\./gm)].map(
    ([, name]) => name!,
  ),
);

const words =
  /^(fields|filter|stats|sort|limit|parse|display|by|as|and|or|not|in|like|asc|desc|count|sum|avg|min|max|pct|bin|ispresent|\d+[smhd]?)$/;

/** The names of fields that a query reads, without those that it makes itself. */
function fieldsOf(query: string): string[] {
  const bare = query.replace(/"[^"]*"/g, "");
  const made = [...bare.matchAll(/\bas (\w+)/g)].map(([, name]) => name!);
  const names = [...bare.matchAll(/@?[A-Za-z_]\w*(?:\.\w+)*|\d+[smhd]?/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !words.test(name) && !made.includes(name));
}

it.each(queries)("%s: asks for fields that our lines have", async (heading, query) => {
  const [line, metric] = await linesOf(async () => {
    const log = jsonLog("relay");
    await correlated(log, async () => {
      log.warn("words", {});
      log.metric("relay_ms", 1);
    })(
      {
        id: "event-1",
        resources: ["arn:aws:states:us-east-1:123456789012:execution:m:one"],
        requestContext: { connectionId: "abc=" },
        detail: { requestId: "req_3kq9v8m2x7ab4dnt" },
      },
      { awsRequestId: "invocation-1" },
    );
  });
  const known = new Set([
    ...ofCloudWatch,
    ...(/APIs/.test(heading)
      ? ofAccessLogs
      : [
          ...Object.keys(line!),
          ...Object.keys(metric!),
          ...said.filter(({ kind }) => kind === "metric").map(({ words: name }) => name),
          ...said.flatMap(({ fields }) => fields),
          ...ofLambda,
        ]),
  ]);
  const fields = fieldsOf(query);
  expect(fields.length).toBeGreaterThan(0);
  expect(fields.filter((field) => !known.has(field))).toEqual([]);
  for (const [, message] of query.matchAll(/message = "([^"]+)"/g))
    expect(said.map((one) => one.words)).toContain(message);
});

it("finds a field that no line has, and a message that nothing logs", () => {
  expect(queries.length).toBeGreaterThan(8);
  expect(
    fieldsOf(
      "filter ispresent(push_lost) | stats sum(push_lost) as lost by bin(5m), service | sort lost desc",
    ),
  ).toEqual(["push_lost", "service"]);
  expect(said.map(({ words: name }) => name)).not.toContain("push_lost");
  expect(said).toContainEqual(
    expect.objectContaining({ kind: "metric", words: "relay_ms", fields: expect.arrayContaining(["state"]) }),
  );
  expect(ofAccessLogs).toEqual(expect.arrayContaining(["status", "routeKey", "connectionId"]));
});
