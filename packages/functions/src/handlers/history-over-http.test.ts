import { ana, memoryStage, viewer } from "@callboard/core/testing";
import { expect, it } from "vitest";
import { httpEvent } from "../testing/http-events.ts";
import { requestsHandler } from "./requests.ts";

/** The HTTP API in memory, and how a test asks it for a history. */
function stage() {
  const memory = memoryStage({ lists: new Set(["video"]) });
  const { clock, log } = memory.ports;
  const handler = requestsHandler({ app: memory.app, clock, log });
  async function read(query: string, caller = ana) {
    const { statusCode, body } = await handler(httpEvent(caller, { path: "/history", query }));
    return { status: statusCode, body: JSON.parse(body!) };
  }
  return { memory, read };
}

it("returns a subject's history page by page, to people who may follow its work", async () => {
  const { memory, read } = stage();
  const subject = "video/ana/v_1";
  for (const step of ["a", "b", "c"]) {
    await memory.report({ subject, step, state: "started" });
    memory.pass(1000);
  }
  const first = await read(`subject=${subject}&limit=2`);
  expect([first.status, first.body.entries.map(({ step }: { step: string }) => step)]).toEqual([
    200,
    ["c", "b"],
  ]);
  await memory.report({ subject, step: "d", state: "started" });
  const second = await read(`subject=${encodeURIComponent(subject)}&limit=2&before=${first.body.next}`);
  expect(second.body).toEqual({ entries: [expect.objectContaining({ what: "progress", step: "a" })] });
  // A page that keeps only the newest entries continues before the last of them.
  const before = await read(`subject=${subject}&before=${first.body.entries[0].id}`);
  expect(before.body.entries.map(({ step }: { step: string }) => step)).toEqual(["b", "a"]);
  expect(await read(`subject=${subject}`, viewer)).toMatchObject({ status: 403 });
  expect((await read("subject=order/1")).body).toEqual({ entries: [] });
});

it.each([
  ["", ["subject: a subject is <kind>/<id>, such as video/v_1"]],
  ["subject=video", ["subject: a subject is <kind>/<id>, such as video/v_1"]],
  [`subject=video/${"x".repeat(300)}`, ["subject: a subject is <kind>/<id>, such as video/v_1"]],
  ["subject=video/v_1&limit=0", ["limit: 1 to 100"]],
  ["subject=video/v_1&limit=101&before=now", ["before: the `next` of a page", "limit: 1 to 100"]],
  ["subject=video/v_1&limit=1e2", ["limit: 1 to 100"]],
  ["subject=video/v_1&limit=", ["limit: 1 to 100"]],
  [`subject=video/v_1&before=${"9".repeat(5000)}`, ["before: the `next` of a page"]],
])("names what is wrong with a question about a history: %s", async (query, issues) => {
  const { read } = stage();
  expect(await read(query)).toMatchObject({
    status: 400,
    body: { error: { code: "bad_message", details: { issues } } },
  });
});
