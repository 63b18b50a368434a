import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Channel, Receipt } from "@callboard/client";
import {
  HistoryPage,
  type InboxRequestValue,
  type ReplyReceipt,
  type RequestId,
  type RequestList,
  type RequestView,
} from "@callboard/protocol";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { ask, startAsking } from "./asking.ts";
import { runCommand } from "./command.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let tokens: Record<"ana" | "bob" | "vic", string>;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  tokens = {
    ana: await stage.token("ana", "creator"),
    bob: await stage.token("bob", "creator"),
    vic: await stage.token("vic", "viewer"),
  };
});
afterAll(() => stage.close());

const url = () => `http://127.0.0.1:${stage.callboard.gateway.port}`;

function get(path: string, who: keyof typeof tokens = "ana", headers: Record<string, string> = {}) {
  return fetch(url() + path, { headers: { authorization: `Bearer ${tokens[who]}`, ...headers } });
}

async function post(id: string, said: object, who: keyof typeof tokens = "ana") {
  const response = await fetch(`${url()}/requests/${id}/replies`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${tokens[who]}`,
      "content-type": "application/json",
      "user-agent": "e2e-script/1.0",
    },
    body: JSON.stringify({ round: 1, ...said }),
  });
  return { status: response.status, receipt: (await response.json()) as ReplyReceipt };
}

/** Waits until that many questions are listed for Ana. */
const asked = (count: number) =>
  eventually(
    async () => ((await (await get("/requests")).json()) as RequestList).requests,
    (requests) => requests.length === count,
  );

const outputOf = async (executionArn: string) =>
  (
    await eventually(
      () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === "SUCCEEDED",
    )
  ).output!;

it("lists, shows and answers a question, and the execution continues with the answer", async () => {
  const [execution] = await ask(stage.aws, 1);
  const [question] = await asked(1);
  const id = question!.requestId;
  const shown = await get(`/requests/${id}`);
  const view = (await shown.json()) as RequestView;
  expect([shown.status, shown.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(view).toMatchObject({ request: { requestId: id, state: "open", prompt: "Which one?" }, seen: [] });
  expect(view.candidates.map(({ title }) => title)).toEqual(["Left", "Right"]);
  expect(JSON.stringify([question, view])).not.toContain("taskToken");

  expect(await post(id, { replyId: "v1", verb: "pick", candidateId: "left" }, "vic")).toMatchObject({
    status: 403,
    receipt: { status: "refused", code: "forbidden" },
  });
  const reply = { replyId: "h1", verb: "pick", candidateId: "right", comment: "By script." };
  const accepted = { status: 200, receipt: { requestId: id, replyId: "h1", status: "accepted" } };
  expect(await post(id, reply)).toEqual(accepted);
  expect(JSON.parse(await outputOf(execution!))).toMatchObject({ ...reply, by: { id: "ana", name: "Ana" } });

  expect(await post(id, reply)).toEqual(accepted);
  expect(await post(id, { ...reply, replyId: "h2" })).toMatchObject({
    status: 409,
    receipt: { code: "already_answered", details: { by: { id: "ana" } } },
  });
  expect(await asked(0)).toEqual([]);
  const ledger = await stage.aws.stores.requests.ledger(id);
  expect(ledger.filter(({ origin }) => origin)).toMatchObject([
    { what: "answered", origin: { way: "http", device: "e2e-script/1.0" } },
  ]);
  const inbox = stage.person("ana", "creator").channel("inbox:user/ana");
  await until(inbox, (now) => now.get("receipt/h1")?.status === "relayed");
});

it("accepts one answer when the socket and HTTP answer at once", async () => {
  const questions = 10;
  const bob = stage.person("bob", "creator");
  const inbox = bob.channel("inbox:user/bob" as Channel);
  inbox.follow();
  const executions = await ask(stage.aws, questions);
  const listed = await asked(questions);
  const known = () =>
    [...inbox.items.values()].flatMap(({ key, value }) =>
      key.startsWith("request/") && value !== null ? [(value as InboxRequestValue).requestId] : [],
    );
  await until(inbox, () => known().length === questions);

  const wins = await Promise.all(
    listed.map(async ({ requestId }, n) => {
      const overSocket = () => bob.reply({ requestId, round: 1, verb: "reject" });
      // Each sends first every other time.
      const early = n % 2 === 0 ? overSocket() : undefined;
      const http = post(requestId, { replyId: `race${n}`, verb: "pick", candidateId: "left" });
      const [socket, { status, receipt }]: [Receipt, Awaited<typeof http>] = await Promise.all([
        early ?? overSocket(),
        http,
      ]);
      expect(status).toBe(receipt.status === "accepted" ? 200 : 409);
      const codes = [socket, receipt].map((one) => (one.status === "accepted" ? one.status : one.code));
      expect([...codes].sort()).toEqual(["accepted", "already_answered"]);
      return [requestId, receipt.status === "accepted" ? receipt.replyId : socket.replyId];
    }),
  );
  const outputs = await Promise.all(executions.map(outputOf));
  const answers = outputs.map((output) => JSON.parse(output) as { requestId: string; replyId: string });
  expect(new Map(answers.map(({ requestId, replyId }) => [requestId, replyId]))).toEqual(
    new Map(wins as [string, string][]),
  );
});

it("changes nothing by a GET, whatever its query says", async () => {
  const [execution] = await ask(stage.aws, 1);
  const [question] = await asked(1);
  const id = question!.requestId as RequestId;
  await stage.settled();
  const before = await stage.aws.stores.requests.read(id);
  const said = `replyId=g1&round=1&verb=pick&candidateId=left&method=POST&_method=POST&requestId=${id}`;
  const override = { "x-http-method-override": "POST", "x-method-override": "POST" };
  for (const path of [`/requests?${said}`, `/requests/${id}?${said}`])
    expect((await get(path, "ana", override)).status).toBe(200);
  expect((await get(`/requests/${id}/replies?${said}`, "ana", override)).status).toBe(405);
  expect((await get(`/requests/${id}/replies/g1?${said}`)).status).toBe(404);
  await stage.settled();
  expect(await stage.aws.stores.requests.read(id)).toEqual(before);
  expect(await stage.aws.stores.attention.of(id)).toEqual([]);
  expect((await stage.aws.stores.requests.ledger(id)).map(({ what }) => what)).toEqual(["asked"]);
  expect((await post(id, { replyId: "h9", verb: "reject" })).status).toBe(200);
  await outputOf(execution!);
});

it("admits nobody without a valid token", async () => {
  const status = async (authorization?: string) => {
    const response = await fetch(`${url()}/requests`, { headers: authorization ? { authorization } : {} });
    return [response.status, await response.json()];
  };
  expect(await status()).toEqual([401, { message: "Unauthorized" }]);
  const [head, body, signature] = tokens.ana.split(".");
  const forged = Buffer.from(JSON.stringify({ sub: "eve", exp: 4e9 })).toString("base64url");
  for (const token of [
    `Bearer ${head}.${forged}.${signature}`,
    `Bearer ${head}.${body}.`,
    `Basic ${tokens.ana}`,
    tokens.ana,
  ])
    expect(await status(token)).toEqual([403, { message: "Forbidden" }]);
});

it("runs the commands of docs/http.md unchanged", async () => {
  const page = readFileSync(new URL("../../docs/http.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text!);
  expect(examples.length).toBeGreaterThan(5);
  const marked = examples.flatMap((text, n) => [text, `echo; echo "== ${n} done"\n`]).join("");
  const pages = new URL(stage.callboard.addresses.pages);
  const folder = await mkdtemp(join(tmpdir(), "callboard-http-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = marked
    .replaceAll("127.0.0.1:3000", pages.host)
    .replaceAll("127.0.0.1:3001", `127.0.0.1:${stage.callboard.gateway.port}`);
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
    timeout: 60_000,
    cwd: folder,
  });
  const outputs = stdout.split(/== \d+ done\n/).map((text) => text.trim());
  const [, started, listed, shown, people, answered, again, late, ...more] = outputs;
  expect(JSON.parse(started!)).toMatchObject({ subject: expect.stringMatching(/^video\//) });
  const [question] = (JSON.parse(listed!) as RequestList).requests;
  expect(question).toMatchObject({ state: "open", assignees: ["user/ana"] });
  expect(JSON.parse(shown!)).toMatchObject({ request: { requestId: question!.requestId } });
  expect(people).toMatch(/\{"people":\[\{"id":"user\/ben","name":"Ben"\}\]\}$/);
  const receipt = { requestId: question!.requestId, replyId: "from-my-script-1", status: "accepted" };
  expect(answered).toMatch(/^HTTP\/1.1 200 OK/);
  expect(bodyOf(answered!)).toEqual(receipt);
  expect(JSON.parse(again!)).toEqual(receipt);
  expect(late).toMatch(/^HTTP\/1.1 409 Conflict/);
  expect(bodyOf(late!)).toMatchObject({ status: "refused", code: "already_answered" });
  const [happened, reached, changed, prepared, uploaded, begun, mine, ended] = more;
  const { entries } = HistoryPage.parse(JSON.parse(happened!));
  expect(entries).toHaveLength(3);
  expect(JSON.parse(reached!)).toEqual({
    mail: { on: true, address: "ana@example.com", state: "issuer" },
    webhook: { on: true },
    lang: "en",
    zone: "UTC",
  });
  expect(JSON.parse(changed!)).toMatchObject({
    webhook: { secret: expect.stringMatching(/^whsec_/) },
    lang: "ja",
    quiet: { from: "22:00", to: "07:00" },
  });
  const { videoId, subject } = JSON.parse(prepared!) as { videoId: string; subject: string };
  expect([uploaded, JSON.parse(begun!)]).toMatchObject(["", { videoId, subject }]);
  const { videos } = JSON.parse(mine!) as { videos: { videoId: string; name: string }[] };
  expect(videos.map(({ name }) => name)).toEqual(["talk.vtt", "talk.mp4"]);
  expect(videos[0]!.videoId).toBe(videoId);
  expect(ended).toBe(JSON.stringify({ subject }).repeat(2));
});

/** The body of a response that was printed with its headers. */
const bodyOf = (printed: string): unknown => JSON.parse(printed.split(/\r?\n\r?\n/).at(-1)!);

it("finds people across origins, only for owners, and no longer once they are erased", async () => {
  const subject = "video/v_owned";
  const report = { subject, step: "mp4", state: "started", at: Date.now(), owners: ["user/ana"] };
  await stage.aws.put("Progress Reported", [report]);
  await stage.settled();
  await startAsking(stage.aws, "owned", [subject]);
  const owned = await eventually(
    async () => ((await (await get("/requests")).json()) as RequestList).requests,
    (requests) => requests.some(({ subject }) => subject === "video/v_owned"),
  );
  const request = owned.find(({ subject }) => subject === "video/v_owned")!.requestId;
  const { pages } = stage.callboard.addresses;
  const search = async (name: string, who: keyof typeof tokens = "ana") => {
    const found = await get(`/people?${new URLSearchParams({ request, name })}`, who, { origin: pages });
    expect(found.headers.get("access-control-allow-origin")).toBe("*");
    return { status: found.status, body: await found.json() };
  };
  await get("/requests", "bob");
  expect(await search("BO")).toEqual({ status: 200, body: { people: [{ id: "user/bob", name: "Bob" }] } });
  expect(await search("bo", "vic")).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  expect((await runCommand(stage, ["erase", "user/bob", "--yes"])).out).toContain(
    "entries in the search by name: 1",
  );
  await get("/requests", "bob");
  expect(await search("bo")).toEqual({ status: 200, body: { people: [] } });
});
