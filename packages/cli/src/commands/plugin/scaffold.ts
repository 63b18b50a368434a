import { pluginRow } from "@callboard/functions/deployment";
import { askedPattern, type Hook, pluginCompleteType, pluginSourcePrefix } from "@callboard/protocol";

/** What the files are called that others read. */
interface FileNames {
  readonly row: string;
  readonly rule: string;
}

/** The files of a new plugin, by their names; one in TypeScript is compiled to what the other has. */
export const scaffold = (
  name: string,
  hook: Hook,
  files: FileNames,
  inTypeScript: boolean,
): Readonly<Record<string, string>> => ({
  ...sources(name, hook, inTypeScript),
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
    scripts: inTypeScript ? { build: "tsc", test: "tsc && node --test" } : { test: "node --test" },
    dependencies: { "@aws-sdk/client-eventbridge": "^3.0.0" },
    ...(inTypeScript ? { devDependencies: { "@types/node": "^20.19.0", typescript: "^7.0.0" } } : {}),
  }),
  ".gitignore": `node_modules/\n${inTypeScript ? "*.mjs\n" : ""}`,
  "README.md": readme(name, hook, files, inTypeScript),
});

const sources = (name: string, hook: Hook, inTypeScript: boolean): Readonly<Record<string, string>> => {
  const ts = (text: string) => (inTypeScript ? text : "");
  const ending = inTypeScript ? "mts" : "mjs";
  return {
    [`index.${ending}`]: handler(name, hook, ts),
    [`index.test.${ending}`]: test(name, hook, ts),
    ...(inTypeScript ? { "tsconfig.json": json(compiler) } : {}),
  };
};

const compiler = {
  compilerOptions: { target: "es2022", module: "nodenext", strict: true, types: ["node"] },
  include: ["*.mts"],
};

/** What the registry says of it; whoever is asked first need not make a video invalid by an error. */
const registered = (name: string) => ({ name, required: false, timeoutSeconds: 60 }) as const;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const judges = (hook: Hook): boolean => hook === "preValidate" || hook === "postValidate";

/** What stands in a source in TypeScript alone. */
type Typed = (text: string) => string;

const types = (hook: Hook): string => `
/** A video, as far as it is known. */
export interface Video {
  readonly id: string;
  readonly channel?: string;
  readonly author?: { readonly username?: string };
  readonly createdAt?: string;
  readonly durationmillis?: number;
  readonly thumbnail?: string;
  readonly playbackUrl?: string;
  readonly streamUrl?: string;
  readonly recording_s3_key_prefix?: string;
}

/** What plugins of a hook have handed back before, in the order in which they were asked. */
type HandedBack = readonly { readonly OutputKey: string; readonly OutputValue: unknown }[];

/** The event that asks the plugin. */
export interface Asked {
  readonly "detail-type": string;
  readonly detail: {
    readonly video: Video;
    readonly taskToken: string;
    readonly pluginData?: Readonly<Record<string, HandedBack>>;
  };
}

/** What the plugin says. One that says that it failed is left out, or, where it is required, makes the video invalid. */
export type Message =${judges(hook) ? "\n  | { valid: true }\n  | { valid: false; reason: string }" : "\n  | { tags: string[] }"}
  | { failed: true; reason: string };
`;

const handler = (
  name: string,
  hook: Hook,
  ts: Typed,
): string => `import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const bus = new EventBridgeClient({});
${ts(types(hook))}
${
  judges(hook)
    ? `/** What the plugin says of a video: whether it is valid, and why not. */
export function messageOn({ durationmillis = 0 }${ts(": Video")})${ts(": Message")} {
  return durationmillis > 10_000
    ? { valid: true }
    : { valid: false, reason: "The video is shorter than ten seconds" };
}`
    : `/** What the plugin says of a video, for the plugins after it. */
export function messageOn({ durationmillis = 0 }${ts(": Video")})${ts(": Message")} {
  return { tags: [durationmillis > 600_000 ? "long" : "short"] };
}`
}

/** Asked by \`${hook}.${name}\`, it hands back what it has to say with the handle that it was given. */
export async function handler({ detail: { video, taskToken } }${ts(": Asked")})${ts(": Promise<void>")} {
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

const test = (name: string, hook: Hook, ts: Typed): string => `import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
${ts('import type { AddressInfo } from "node:net";\n')}import { env } from "node:process";
import { after, test } from "node:test";

// EventBridge as far as the plugin calls it: what it puts is kept.
const entries${ts(": { Detail: string }[]")} = [];
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
  AWS_ENDPOINT_URL_EVENTBRIDGE: \`http://127.0.0.1:\${${ts("(")}server.address()${ts(" as AddressInfo)")}.port}\`,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});
const { handler, messageOn } = await import("./index.mjs");

${
  judges(hook)
    ? `test("a video of less than ten seconds is not valid", () => {
  const short = { valid: false, reason: "The video is shorter than ten seconds" };
  assert.deepEqual(messageOn({ id: "v_1", durationmillis: 9_000 }), short);
  assert.deepEqual(messageOn({ id: "v_1", durationmillis: 60_000 }), { valid: true });
});`
    : `test("a video of more than ten minutes is long", () => {
  assert.deepEqual(messageOn({ id: "v_1", durationmillis: 60_000 }), { tags: ["short"] });
  assert.deepEqual(messageOn({ id: "v_1", durationmillis: 900_000 }), { tags: ["long"] });
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

const readme = (
  name: string,
  hook: Hook,
  { row, rule }: FileNames,
  inTypeScript: boolean,
): string => `# ${name}

A plugin of the hook \`${hook}\` in the life of a video. It knows ServerlessVideo's events and nothing else: \`${hook}.${name}\` asks it, and it answers \`${pluginCompleteType}\`.

| file              | what it is                                                                          |
| ----------------- | ----------------------------------------------------------------------------------- |
${
  inTypeScript
    ? `| \`index.mts\`       | the function; \`messageOn\` is where your own work goes                               |
| \`index.test.mts\`  | its tests                                                                           |
| \`index.mjs\`       | what \`npm run build\` and \`npm test\` make of it: what is tried, run and deployed      |`
    : `| \`index.mjs\`       | the function; \`messageOn\` is where your own work goes                               |
| \`index.test.mjs\`  | its tests                                                                           |`
}
| \`${rule}\`       | the pattern of the rule that leads to the function                                  |
| \`${row}\` | its row in the registry: hook and order in its keys, \`required\` and its time within |

## Try it

\`\`\`sh
npm install
npm test
npx callboard plugin test .
\`\`\`

\`plugin test\` asks it in a life cycle of its own and says what comes of its answer.${
  inTypeScript ? " It asks `index.mjs`: `npm run build -- --watch` makes that anew with each change." : ""
}

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
