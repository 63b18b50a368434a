import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Channel } from "@callboard/client";
import { tableName } from "@callboard/dev";
import type { InboxRequestValue } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAsking } from "./asking.ts";
import { commandEnvironment, type Ended, runCommand } from "./command.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const subject = "video/v_ledger";
const work: Channel = `work:${subject}`;
const title = "Wie ich es wirklich nennen will";
const comment = "Nobody but me talks like this";

const question = {
  prompt: "Which title?",
  verbs: ["pick", "edit"],
  candidates: [
    { id: "left", title: "A title from a model" },
    { id: "right", title: "Another one" },
  ],
};

const callboard = (args: readonly string[]) => runCommand(stage, args);

/** Runs the command as at a terminal, against this stage; `typed` is the input. */
function atTerminal(args: readonly string[], typed: string): Promise<Ended> {
  const bin = fileURLToPath(new URL("../../node_modules/.bin/callboard", import.meta.url));
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env.PATH ?? "", ...commandEnvironment(stage) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(typed);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((ended) => child.once("close", (code) => ended({ code, out, err })));
}

/** Starts a workflow that asks, and ends with any answer. */
async function ask(): Promise<string> {
  const [execution] = await startAsking(stage.aws, "ledger", [subject], question, { Output: "done" });
  return execution!;
}

/** All rows of the table, as text. */
async function everything(): Promise<string> {
  const { Items, LastEvaluatedKey } = await stage.aws.documents.send(
    new ScanCommand({ TableName: tableName }),
  );
  expect(LastEvaluatedKey).toBeUndefined();
  return JSON.stringify(Items);
}

it("shows a person's words exactly, and erases the words and the name on request", async () => {
  const execution = await ask();
  const ana = stage.person("ana", "creator");
  const inbox = ana.channel("inbox:user/ana");
  const bob = stage.person("bob", "creator");
  const watched = bob.channel(work);
  inbox.follow();
  watched.follow();
  const asked = () => [...inbox.items.values()].find(({ key }) => key.startsWith("request/"));
  await until(inbox, () => asked() !== undefined);
  const { requestId } = asked()!.value as InboxRequestValue;
  const receipt = await ana.reply({
    requestId,
    round: 1,
    verb: "edit",
    candidateId: "left",
    value: { title },
    comment,
  });
  expect(receipt.status).toBe("accepted");
  const key = `receipt/${receipt.replyId}` as const;
  await until(inbox, (view) => view.get(key)?.status === "relayed");
  await stage.settled();

  const shown = await callboard(["ledger", execution]);
  expect(shown).toMatchObject({ code: 0, err: "" });
  const answered = shown.out.split("\n").find((line) => line.includes("answered"));
  expect(answered).toMatch(
    /title 1 +answered +Ana \(ana\) +socket \S+ +edit left "A title from a model"; value/,
  );
  expect(answered).toContain(`value {"title":"${title}"}; comment "${comment}"`);
  expect(shown.out).toMatch(
    / asked .*of user\/ana, user\/bob; until .*candidates left "A title .* right "Another/,
  );
  expect(shown.out).toMatch(/ relayed$/m);

  const before = JSON.parse((await callboard(["ledger", execution, "--json"])).out);
  expect(before).toMatchObject({
    execution,
    requests: [
      { requestId, subject, state: "relayed", entries: [{ what: "asked" }, { what: "answered" }, {}] },
    ],
  });
  expect(before.requests[0].entries[1]).toMatchObject({
    by: { id: "ana", name: "Ana" },
    origin: { way: "socket" },
    reply: { verb: "edit", candidateId: "left", value: { title }, comment },
  });

  const history = () => callboard(["history", subject]);
  const told = await history();
  expect(told).toMatchObject({ code: 0, err: "" });
  expect(told.out).toMatch(
    new RegExp(
      `title 1 +asked .*\\n.*title 1 +answered +Ana \\(ana\\) +edit "A title.*comment "${comment}".*\\n.*relayed`,
    ),
  );
  const document = JSON.parse((await callboard(["history", subject, "--json"])).out);
  expect(document.entries.map(({ happened }: { happened?: string }) => happened)).toEqual([
    "relayed",
    "answered",
    "asked",
  ]);

  const doubtful = await atTerminal(["erase", "user/ana"], "no\n");
  expect(doubtful).toMatchObject({ code: 1, out: "" });
  for (const kept of [title, "ana@example.com"]) expect(await everything()).toContain(kept);

  const erased = await atTerminal(["erase", "user/ana"], "yes\n");
  expect(erased.err.replace(/.*\[y\/N\] /, "").trim()).toBe("");
  expect(erased.code).toBe(0);
  expect(erased.out).toMatch(/requests: 1\n +ledger rows: 2\n +attendance rows: 0\n +inbox items: 1\n/);
  expect(erased.out).toContain("contact records: 1");
  expect(erased.out).toMatch(/This does not reach:(.|\n)*their uploads/);
  const alias = /user\/(erased-\w+)/.exec(erased.out)?.[1];

  // Followers see it: the command itself empties the inbox, and Callboard announces the request.
  await until(inbox, (view) => view.get(key) === undefined);
  await until(watched, (view) => view.get(`request/${requestId}`)?.reply?.by.id === alias);
  await stage.settled();
  const held = JSON.stringify([await stage.freshMap(work), [...watched.items.values()]]);
  const after = await callboard(["ledger", execution, "--json"]);
  const left = await history();
  expect(left.out).toMatch(/title 1 +answered +erased \(erased-\w+\) +edit "A title/);
  for (const text of [await everything(), held, after.out, left.out])
    for (const gone of [title, comment, '"Ana"', "ana@example.com"]) expect(text).not.toContain(gone);
  const facts = JSON.parse(after.out).requests[0];
  expect(facts.assignees).toEqual([`user/${alias}`, "user/bob"]);
  expect(facts.entries[1]).toEqual({
    ...before.requests[0].entries[1],
    by: { id: alias, name: "erased" },
    origin: { way: "socket", device: "erased" },
    reply: {
      replyId: receipt.replyId,
      round: 1,
      verb: "edit",
      candidateId: "left",
      by: { id: alias, name: "erased" },
      via: "socket",
      digest: before.requests[0].entries[1].reply.digest,
      at: before.requests[0].entries[1].reply.at,
    },
  });

  const again = await eventually(
    () => callboard(["erase", "user/ana", "--yes"]),
    ({ code }) => code === 0,
  );
  expect(again.out).toContain("nothing was found about user/ana");
});

it("does what docs/ledger.md says, and prints a document of the shape in it", async () => {
  const page = await readFile(new URL("../../docs/ledger.md", import.meta.url), "utf8");
  const blocks = (kind: string) =>
    [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.+?)^\`\`\``, "gms"))].map(([, text = ""]) => text);
  const execution = await ask();
  await eventually(
    () => stage.aws.stores.requests.ofExecution(execution),
    ({ length }) => length > 0,
  );
  await stage.settled();
  const commands = blocks("sh").map((text) =>
    text.trim().replace("npx callboard ", "").replace('"$EXECUTION"', execution).split(" "),
  );
  expect(commands.map(([name]) => name)).toEqual(["ledger", "ledger", "erase"]);
  const ended: Ended[] = [];
  for (const command of commands) ended.push(await callboard(command));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);

  const shown = JSON.parse(blocks("json")[0]!).requests[0];
  const printed = JSON.parse(ended[1]!.out).requests[0];
  expect(Object.keys(printed)).toEqual(Object.keys(shown));
  expect(Object.keys(printed.entries[0])).toEqual(Object.keys(shown.entries[0]));
  expect(ended[2]!.out).toContain(
    `Still open, and no longer assigned to them; an owner can ask others: ${printed.requestId}`,
  );
  expect((await stage.aws.stores.requests.read(printed.requestId))?.assignees).toContain("user/bob");
});

it("says that nothing was asked in an unknown execution", async () => {
  const { code, out, err } = await callboard(["ledger", "v_nowhere"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^there are no records of questions asked in arn:aws:states:[^\n]*:v_nowhere\n$/);
});
