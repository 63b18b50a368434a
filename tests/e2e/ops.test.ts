import { readFile } from "node:fs/promises";
import type { Channel } from "@callboard/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAsking } from "./asking.ts";
import { runCommand } from "./command.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ retryDelaysMs: [1, 1] });
});
afterAll(() => stage.close());

const subject = "video/v_ops";
const prompt = "Which title would you like?";

const ops = (...args: readonly string[]) => runCommand(stage, ["ops", ...args]);

it("shows open requests and their followers, without anybody's words", async () => {
  await startAsking(stage.aws, "ops", [subject], { prompt });
  const work: Channel = `work:${subject}`;
  const watched = stage.person("bob", "creator").channel(work);
  watched.follow();
  await until(watched, ({ items }) => [...items.keys()].some((key) => key.startsWith("request/")));

  const shown = await ops("requests");
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toMatch(/^REQUEST +SUBJECT +THREAD +AGE +DEADLINE +STATE +OF$/m);
  expect(shown.out).toMatch(/^req_\w+ +video\/v_ops +title 1 +\d+s +.*Z +open +user\/ana, user\/bob$/m);
  expect(shown.out).not.toContain(prompt);
  const read = JSON.parse((await ops("requests", "--json")).out);
  expect(read).toMatchObject({ requests: [{ subject, state: "open", thread: "title" }], more: false });

  expect(await ops("relays")).toEqual({ code: 0, out: "no answer is stuck\n", err: "" });
  expect((await ops("connections", work)).out).toBe(`${work}: 1 connection\n  shard 0: 1\n`);
  expect((await ops("connections")).code).toBe(2);
});

it("shows dead letters, puts them on the bus again, and drops them", async () => {
  const taskToken = "AQCEAAAAKgAAAAMAAAAA";
  const bad = { subject, thread: "title", round: 1, taskToken, prompt, verbs: ["pick"] };
  await stage.aws.put("Feedback Requested", [bad]);
  const letters = () => stage.callboard.lambda.deadLetters();
  await eventually(letters, ({ length }) => length === 1);

  const list = async () => JSON.parse((await ops("dead-letters", "--json")).out).letters;
  const [letter] = await list();
  expect(letter).toMatchObject({
    kind: "failed",
    event: { detailType: "Feedback Requested", source: "e2e", about: subject },
    reason: { code: "BadEvent", message: expect.stringContaining("assignees") },
    remedy: "resend",
  });
  const shown = await ops("dead-letters");
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toContain(letter.id);
  for (const secret of [taskToken, prompt]) expect(shown.out).not.toContain(secret);

  // Sent again, it fails again, with a new message in place of the old one.
  const resent = await ops("dead-letters", "resend", letter.id);
  expect(resent).toEqual({ code: 0, out: `resent ${letter.id}: Feedback Requested ${subject}\n`, err: "" });
  await eventually(letters, ({ length }) => length === 2);
  const [again, ...others] = await list();
  expect(others).toEqual([]);
  expect(again.id).not.toBe(letter.id);
  expect(again.event.time).toBe(letter.event.time);

  expect((await ops("dead-letters", "drop", again.id)).err).toContain("nothing was dropped");
  const dropped = await ops("dead-letters", "drop", again.id, "--yes");
  expect(dropped).toEqual({ code: 0, out: `dropped ${again.id}: Feedback Requested\n`, err: "" });
  expect(await ops("dead-letters")).toEqual({ code: 0, out: "there are no dead letters\n", err: "" });
  expect((await ops("dead-letters", "resend", again.id)).code).toBe(1);
});

it("runs every command of docs/operate.md unchanged", async () => {
  const page = await readFile(new URL("../../docs/operate.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```sh\n([^`]+)```/g)].flatMap(([, block]) => block!.trim().split("\n"));
  expect(blocks.length).toBeGreaterThan(5);
  for (const command of blocks) {
    const [, ...args] = command.split(" ").slice(1);
    expect(await runCommand(stage, args), command).toMatchObject({ code: 0, err: "" });
  }
});
