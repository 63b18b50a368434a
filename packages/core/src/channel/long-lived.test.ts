import {
  type Channel,
  type FeedbackRequested,
  inboxChannel,
  limits,
  minutes,
  type RequestId,
  type WaitingValue,
  watchChannel,
  workChannel,
} from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import {
  ana,
  itemsOf,
  memoryStage,
  metaOf,
  overSocket,
  question,
  replyBody,
  runs,
} from "../testing/index.ts";

const subject = "job/nightly" as const;
const work = workChannel(subject);
const watch = watchChannel(subject);
const arnOf = (run: number) => `arn:aws:states:us-east-1:000000000000:execution:nightly:run-${run}`;
const steps = Array.from({ length: 8 }, (_, n) => `step-${n}`);

/** A subject about which many executions report and ask, one after the other. */
function nightly() {
  const stage = memoryStage();
  const { app } = stage;
  const envelope = (run: number) => ({ ...stage.envelope(), execution: arnOf(run) });
  return {
    ...stage,
    /** Each step starts and succeeds; reports that come together are written together. */
    async work(run: number, some: readonly string[]) {
      const states = ["started", "succeeded"] as const;
      const told = some.flatMap((step) => states.map((state) => ({ subject, at: stage.now(), step, state })));
      await Promise.all(told.map((detail) => app.progress.report(detail, envelope(run))));
    },
    async ask(run: number, more: Partial<FeedbackRequested> = {}) {
      const taskToken = `token-${run}`;
      stage.executions.waits.set(taskToken, {});
      const asked = { ...question, subject, thread: `go-${run}`, ...more, taskToken };
      await app.feedback.ask(asked, envelope(run));
      await stage.pump();
      return `req_${stage.ports.ids.hash(taskToken)}` as RequestId;
    },
    async answer(run: number, id: RequestId, by = ana) {
      await app.feedback.reply(overSocket(by), id, replyBody({ replyId: `r${run}` }));
      await stage.pump();
    },
  };
}

/** What a channel shows to a new client. */
async function shown(
  { ports }: ReturnType<typeof nightly>,
  channel: Channel,
): Promise<Record<string, unknown>> {
  const items = (await itemsOf(ports, channel)).filter(({ value }) => value !== null);
  return Object.fromEntries(items.map(({ key, value }) => [key, value]));
}

/** Executions of a subject: more than its channels have room for; 2,000 in the long run of the tests. */
const executions = runs(150);

describe("a subject that lives through many executions with questions in between", () => {
  it("shows what runs and what is asked today, and all clients have equal maps", async () => {
    const stage = nightly();
    const loyal = stage.client("loyal");
    let first: RequestId | undefined;
    for (let run = 0; run < executions; run++) {
      await stage.work(run, steps.slice(0, 4));
      const id = run % 10 === 9 ? await stage.ask(run) : undefined;
      if (id !== undefined && run % 50 === 49) {
        const { keys, bytes } = (await metaOf(stage.ports, work))!;
        expect(keys).toBeLessThanOrEqual(limits.channelKeys);
        expect(bytes).toBeLessThanOrEqual(limits.channelBytes);
        const values = await shown(stage, work);
        for (const step of steps.slice(0, 4))
          expect(values[`step/nightly:run-${run}/${step}`]).toMatchObject({ state: "succeeded" });
        expect(values[`request/${id}`]).toMatchObject({ state: "open" });
        const own = Object.keys(values).filter((key) => key.startsWith(`candidate/go-${run}/1/${id}/`));
        expect(own).toHaveLength(2);
        expect(await shown(stage, inboxChannel("user/ana"))).toHaveProperty([`request/${id}`]);
        const viewed = await shown(stage, watch);
        expect(Object.keys((viewed.waiting as WaitingValue).requests)).toEqual([id]);
        // It was away for longer than removals are remembered.
        for (const channel of [work, watch]) {
          await loyal.follow(channel);
          expect(loyal.values(channel)).toEqual(await shown(stage, channel));
        }
      }
      first ??= id;
      if (id !== undefined) await stage.answer(run, id);
      await stage.work(run, steps.slice(4));
      stage.pass(minutes(1));
    }
    const told = (await stage.ports.requests.ledger(first!)).map(({ what }) => what);
    expect(told).toEqual(["asked", "answered", "relayed"]);
  }, 240_000);
});

describe("the inbox of a person who answers many questions within a week", () => {
  it.each([
    ["user/ana", runs(520)],
    ["role/editors", Math.min(700, runs(100))],
  ] as const)(
    "always shows what %s is asked, and stays within its bounds",
    async (who, questions) => {
      const stage = nightly();
      const editor = { ...ana, roles: ["role/editors" as const] };
      const mine = inboxChannel("user/ana");
      const asked = inboxChannel(who);
      const old = await stage.ask(-1, { assignees: [who] });
      for (let run = 0; run < questions; run++) {
        const id = await stage.ask(run, { subject: `job/${run}`, assignees: [who] });
        if (run % 100 === 99) {
          const open = Object.keys(await shown(stage, asked)).filter((key) => key.startsWith("request/"));
          expect(open.sort()).toEqual([`request/${old}`, `request/${id}`].sort());
        }
        await stage.answer(run, id, editor);
        stage.pass(minutes(5));
        if (run % 100 !== 99) continue;
        const { keys, bytes } = (await metaOf(stage.ports, mine))!;
        expect(keys).toBeLessThanOrEqual(limits.channelKeys);
        expect(bytes).toBeLessThanOrEqual(limits.channelBytes);
        expect(await shown(stage, mine)).toHaveProperty(
          [`receipt/r${run}`],
          expect.objectContaining({ status: "relayed" }),
        );
      }
    },
    240_000,
  );
});
