import { pluginRow } from "@callboard/functions/deployment";
import { askedPattern, type Hook, pluginCompleteType, pluginSourcePrefix } from "@callboard/protocol";

/** What the files are called that others read. */
interface FileNames {
  readonly row: string;
  readonly rule: string;
}

/** The files of a new plugin, by their names. */
export const scaffold = (name: string, hook: Hook, files: FileNames): Readonly<Record<string, string>> => ({
  "index.mjs": handler(name, hook),
  "index.test.mjs": test(name, hook),
  [files.row]: json(
    Object.fromEntries(
      Object.entries(pluginRow({ hook, order: 100, ...registered(name) })).map(([field, text]) => [
        field,
        { S: text },
      ]),
    ),
  ),
  [files.rule]: json(askedPattern({ hook, name })),
  "package.json": json({
    private: true,
    type: "module",
    scripts: { test: "node --test" },
    dependencies: { "@aws-sdk/client-eventbridge": "^3.0.0" },
  }),
  ".gitignore": "node_modules/\n",
  "README.md": readme(name, hook, files),
});

/** What the registry says of it; whoever is asked first need not make a video invalid by an error. */
const registered = (name: string) => ({ name, required: false, timeoutSeconds: 60 }) as const;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const judges = (hook: Hook): boolean => hook === "preValidate" || hook === "postValidate";

const handler = (
  name: string,
  hook: Hook,
): string => `import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const bus = new EventBridgeClient({});

${
  judges(hook)
    ? `/** What the plugin says of a video: whether it is valid, and why not. */
export function messageOn(video) {
  return video.durationmillis > 10_000
    ? { valid: true }
    : { valid: false, reason: "The video is shorter than ten seconds" };
}`
    : `/** What the plugin says of a video, for the plugins after it. */
export function messageOn(video) {
  return { tags: [video.durationmillis > 600_000 ? "long" : "short"] };
}`
}

/** Asked by \`${hook}.${name}\`, it hands back what it has to say with the handle that it was given. */
export async function handler({ detail: { video, taskToken } }) {
  const { FailedEntryCount } = await bus.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: "default",
          Source: "${pluginSourcePrefix}${name}",
          DetailType: "${pluginCompleteType}",
          Detail: JSON.stringify({ TaskToken: taskToken, Message: messageOn(video) }),
        },
      ],
    }),
  );
  // Thrown, so that AWS calls it again.
  if (FailedEntryCount) throw new Error("The event bus did not take the answer");
}
`;

const test = (name: string, hook: Hook): string => `import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { env } from "node:process";
import { after, test } from "node:test";

// EventBridge as far as the plugin calls it: what it puts is kept.
const entries = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  entries.push(...JSON.parse(body).Entries);
  response.setHeader("content-type", "application/x-amz-json-1.1");
  response.end(JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
after(() => {
  server.closeAllConnections();
  server.close();
});

Object.assign(env, {
  AWS_ENDPOINT_URL_EVENTBRIDGE: \`http://127.0.0.1:\${server.address().port}\`,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});
const { handler, messageOn } = await import("./index.mjs");

${
  judges(hook)
    ? `test("a video of less than ten seconds is not valid", () => {
  assert.equal(messageOn({ durationmillis: 9_000 }).valid, false);
  assert.equal(messageOn({ durationmillis: 60_000 }).valid, true);
});`
    : `test("a video of more than ten minutes is long", () => {
  assert.deepEqual(messageOn({ durationmillis: 60_000 }), { tags: ["short"] });
  assert.deepEqual(messageOn({ durationmillis: 900_000 }), { tags: ["long"] });
});`
}

test("it answers with the handle that it was given", async () => {
  const video = { id: "v_1", durationmillis: 60_000 };
  await handler({ "detail-type": "${hook}.${name}", detail: { video, taskToken: "handle" } });
  assert.deepEqual(
    entries.map(({ Detail, ...entry }) => ({ ...entry, ...JSON.parse(Detail) })),
    [
      {
        EventBusName: "default",
        Source: "${pluginSourcePrefix}${name}",
        DetailType: "${pluginCompleteType}",
        TaskToken: "handle",
        Message: messageOn(video),
      },
    ],
  );
});
`;

const readme = (name: string, hook: Hook, { row, rule }: FileNames): string => `# ${name}

A plugin of the hook \`${hook}\` in the life of a video. It knows ServerlessVideo's events and nothing else: \`${hook}.${name}\` asks it, and it answers \`${pluginCompleteType}\`.

| file              | what it is                                                                          |
| ----------------- | ----------------------------------------------------------------------------------- |
| \`index.mjs\`       | the function; \`messageOn\` is where your own work goes                               |
| \`index.test.mjs\`  | its tests                                                                           |
| \`${rule}\`       | the pattern of the rule that leads to the function                                  |
| \`${row}\` | its row in the registry: hook and order in its keys, \`required\` and its time within |

## Try it

\`\`\`sh
npm install
npm test
npx callboard plugin test .
\`\`\`

\`plugin test\` asks it in a life cycle of its own and says what comes of its answer.

## Run it on one machine

\`\`\`sh
CALLBOARD_FUNCTIONS=.. npx callboard start
\`\`\`

The folder that \`CALLBOARD_FUNCTIONS\` names has your plugins as its folders. Each is registered at the start and asked about every video whose life cycle begins; \`/plugins.html\` tries them by hand.

## Deploy it

Make a Lambda function of \`index.mjs\`, whose role may put events of the source \`${pluginSourcePrefix}${name}\` on the bus \`default\`. Then, with its ARN in \`FUNCTION_ARN\` and the name of Callboard's table in \`TABLE\`:

\`\`\`sh
aws events put-rule --name plugin-${name} --event-pattern file://${rule}
aws events put-targets --rule plugin-${name} --targets "Id=${name},Arn=$FUNCTION_ARN"
aws lambda add-permission --function-name "$FUNCTION_ARN" --statement-id callboard --action lambda:InvokeFunction --principal events.amazonaws.com
aws dynamodb put-item --table-name "$TABLE" --item file://${row}
\`\`\`

The row comes last: from then on life cycles ask it.
`;
