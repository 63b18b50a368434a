import { pluginRow } from "@callboard/functions/deployment";
import { askedPattern, type Hook, pluginCompleteType, pluginSourcePrefix } from "@callboard/protocol";

/** The names of the files that other files refer to. */
interface FileNames {
  readonly row: string;
  readonly rule: string;
}

/** The files of a new plugin, by name; a TypeScript one compiles to the same files. */
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

/** Its entry in the registry; it is optional, so that an error in it does not make a video invalid. */
const registered = (name: string) => ({ name, required: false, timeoutSeconds: 60 }) as const;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const judges = (hook: Hook): boolean => hook === "preValidate" || hook === "postValidate";

/** Text that only a TypeScript source has. */
type Typed = (text: string) => string;

const types = (hook: Hook): string => `
/** A video; fields that are not known yet are missing. */
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

/** What earlier plugins of a hook have returned, in the order in which they were called. */
type HandedBack = readonly { readonly OutputKey: string; readonly OutputValue: unknown }[];

/** The event that calls the plugin. */
export interface Asked {
  readonly "detail-type": string;
  readonly detail: {
    readonly video: Video;
    readonly taskToken: string;
    readonly pluginData?: Readonly<Record<string, HandedBack>>;
  };
}

/** The plugin's message. If it says that it failed, the plugin is skipped; a required one makes the video invalid. */
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
    ? `/** The plugin's message about a video: whether it is valid, and why not. */
export function messageOn({ durationmillis = 0 }${ts(": Video")})${ts(": Message")} {
  return durationmillis > 10_000
    ? { valid: true }
    : { valid: false, reason: "The video is shorter than ten seconds" };
}`
    : `/** The plugin's message about a video, for the plugins after it. */
export function messageOn({ durationmillis = 0 }${ts(": Video")})${ts(": Message")} {
  return { tags: [durationmillis > 600_000 ? "long" : "short"] };
}`
}

/** Called by \`${hook}.${name}\`; it returns its message with the task token that it was given. */
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
  // Thrown so that AWS calls it again.
  if (FailedEntryCount) throw new Error("The event bus did not accept the answer");
}
`;

const test = (name: string, hook: Hook, ts: Typed): string => `import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
${ts('import type { AddressInfo } from "node:net";\n')}import { env } from "node:process";
import { after, test } from "node:test";

// The part of EventBridge that the plugin calls; it keeps the entries.
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

test("it answers with the task token that it was given", async () => {
  const video = { id: "v_1", durationmillis: 60_000 };
  await handler({ "detail-type": "${hook}.${name}", detail: { video, taskToken: "token" } });
  assert.deepEqual(
    entries.map(({ Detail, ...entry }) => ({ ...entry, ...JSON.parse(Detail) })),
    [
      {
        EventBusName: "default",
        Source: "${pluginSourcePrefix}${name}",
        DetailType: "${pluginCompleteType}",
        TaskToken: "token",
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

A plugin of the hook \`${hook}\` in the life of a video. It needs only ServerlessVideo's events: \`${hook}.${name}\` calls it, and it answers with \`${pluginCompleteType}\`.

| file              | what it is                                                                          |
| ----------------- | ----------------------------------------------------------------------------------- |
${
  inTypeScript
    ? `| \`index.mts\`       | the function; put your own code into \`messageOn\`                                   |
| \`index.test.mts\`  | its tests                                                                           |
| \`index.mjs\`       | what \`npm run build\` and \`npm test\` compile it to: this is run and deployed         |`
    : `| \`index.mjs\`       | the function; put your own code into \`messageOn\`                                   |
| \`index.test.mjs\`  | its tests                                                                           |`
}
| \`${rule}\`       | the event pattern of the function's rule                                            |
| \`${row}\` | its row in the registry: hook and order (keys), \`required\`, time limit             |

## Try it

\`\`\`sh
npm install
npm test
npx callboard plugin test .
\`\`\`

\`plugin test\` calls it in a life cycle of its own and shows the effect of its answer.${
  inTypeScript ? " It calls `index.mjs`; `npm run build -- --watch` compiles that after each change." : ""
}

## Run it on one machine

\`\`\`sh
CALLBOARD_FUNCTIONS=.. npx callboard start
\`\`\`

\`CALLBOARD_FUNCTIONS\` names the folder that contains your plugins' folders. Each plugin is registered at the start and called for every video whose life cycle begins; on \`/plugins.html\` you can try them by hand.

## Deploy it

Make a Lambda function from \`index.mjs\`. Its role must allow it to put events of the source \`${pluginSourcePrefix}${name}\` on the bus \`default\`. Then, with its ARN in \`FUNCTION_ARN\` and the name of Callboard's table in \`TABLE\`:

\`\`\`sh
aws events put-rule --name plugin-${name} --event-pattern file://${rule}
aws events put-targets --rule plugin-${name} --targets "Id=${name},Arn=$FUNCTION_ARN"
aws lambda add-permission --function-name "$FUNCTION_ARN" --statement-id callboard --action lambda:InvokeFunction --principal events.amazonaws.com
aws dynamodb put-item --table-name "$TABLE" --item file://${row}
\`\`\`

Put the row last: from then on life cycles call the plugin.
`;
