import { createAnswers } from "@callboard/client/headless";
import { expect, it } from "vitest";
import { decideFound, decideSending, type HeldAnswer, KEPT_MS, readStored } from "./held-answer.ts";
import { createHeldAnswers, type HeldStorage } from "./held-answers.ts";
import { passingStorage } from "./held-storage.ts";

const start = 1_000_000;

/** A browser with its time, its storage and its locks, which outlive the pages in it. */
function browser(storage: HeldStorage = passingStorage()) {
  let now = start;
  const locks = new Map<string, Promise<void>>();

  /** A page that is open until it dies; a dead one does nothing any more, and holds no lock. */
  function page() {
    let isDead = false;
    let hidden = false;
    let timers: { at: number; work: () => void }[] = [];
    const dies: (() => void)[] = [];
    const keptAlive: string[] = [];
    const sent: { replyId: string | undefined; settle: (status?: "accepted" | "refused") => void }[] = [];
    const answers = createAnswers(
      (input) =>
        new Promise((resolve) => {
          const { replyId = "" } = input;
          const settle = (status = "accepted") =>
            resolve(
              status === "accepted"
                ? { status, replyId }
                : { status: "refused", replyId, code: "already_answered", details: {} },
            );
          sent.push({ replyId, settle });
        }),
    );
    const held = createHeldAnswers({
      storage: {
        ...storage,
        put: async (stored) => (isDead ? new Promise(() => {}) : storage.put(stored)),
        remove: async (id) => (isDead ? new Promise(() => {}) : storage.remove(id)),
      },
      async alone(name, work) {
        const before = locks.get(name);
        const death = new Promise<void>((done) => dies.push(done));
        const own = (before ?? Promise.resolve()).then(() =>
          isDead ? undefined : Promise.race([work(), death]),
        );
        locks.set(name, own);
        await own;
      },
      clock: {
        now: () => now,
        after(ms, work) {
          const timer = { at: now + ms, work };
          timers.push(timer);
          return () => {
            timers = timers.filter((one) => one !== timer);
          };
        },
      },
      isHidden: () => hidden,
      answers,
      keepaliveSender: { prepare() {}, send: ({ replyId }) => void keptAlive.push(replyId) },
    });
    return {
      held,
      answers,
      sent,
      keptAlive,
      hide() {
        hidden = true;
        held.sendAll();
      },
      die() {
        isDead = true;
        timers = [];
        for (const dying of dies) dying();
      },
      due() {
        const over = timers.filter(({ at }) => at <= now);
        timers = timers.filter(({ at }) => at > now);
        for (const { work } of over) work();
      },
    };
  }
  const pages: ReturnType<typeof page>[] = [];
  return {
    storage,
    open() {
      pages.push(page());
      return pages.at(-1)!;
    },
    async pass(ms: number) {
      now += ms;
      for (const one of pages) one.due();
      await settled();
    },
    kept: async () => (await storage.all()).map((one) => readStored(one)),
  };
}

const settled = () => new Promise<void>((done) => setImmediate(done));

const answerOf = (more: Partial<HeldAnswer> = {}): HeldAnswer => ({
  user: "ana",
  subject: "order/1",
  reply: { requestId: "req_0123456789", replyId: "rpl_1", round: 1, verb: "approve", comment: "late" },
  parts: [["comment", "late"]],
  heldAt: start,
  ...more,
});
const id = "req_0123456789";

it("holds an answer for five seconds, keeps it meanwhile, and sends it once", async () => {
  const { open, pass, kept } = browser();
  const { held, sent } = open();
  held.hold(answerOf());
  await pass(4_999);
  expect(sent).toEqual([]);
  expect(held.of(id)?.dueAt).toBe(start + 5_000);
  expect(await kept()).toEqual([{ ...answerOf(), sent: false }]);
  await pass(1);
  expect(sent.map(({ replyId }) => replyId)).toEqual(["rpl_1"]);
  expect(held.of(id)).toBeUndefined();
  expect((await kept())[0]?.sent).toBe(true);
  sent[0]!.settle();
  await pass(10_000);
  expect([sent.length, await kept()]).toEqual([1, []]);
});

it("restores all parts of an answer on undo, and sends nothing", async () => {
  const { open, pass, kept } = browser();
  const { held, sent } = open();
  held.hold(answerOf());
  await pass(3_000);
  expect(held.undo(id)?.parts).toEqual([["comment", "late"]]);
  await pass(10_000);
  expect([sent, await kept(), held.unwatched(), held.undo(id)]).toEqual([[], [], [], undefined]);
});

it("sends at once on request, and can no longer undo", async () => {
  const { open, pass } = browser();
  const { held, sent } = open();
  held.hold(answerOf());
  held.sendNow(id);
  held.sendNow(id);
  expect([sent.length, held.undo(id)]).toEqual([1, undefined]);
  await pass(10_000);
  expect(sent).toHaveLength(1);
});

it("accepts one answer for two presses", async () => {
  const { open, pass } = browser();
  const { held, sent } = open();
  held.hold(answerOf());
  held.hold(answerOf({ reply: { ...answerOf().reply, replyId: "rpl_2", verb: "reject" } }));
  await pass(5_000);
  held.hold(answerOf({ reply: { ...answerOf().reply, replyId: "rpl_3", verb: "reject" } }));
  await pass(5_000);
  expect(sent.map(({ replyId }) => replyId)).toEqual(["rpl_1"]);
});

it("accepts another answer after a refusal", async () => {
  const { open, pass } = browser();
  const { held, sent } = open();
  held.hold(answerOf());
  await pass(5_000);
  sent[0]!.settle("refused");
  await settled();
  held.hold(answerOf({ reply: { ...answerOf().reply, replyId: "rpl_2" } }));
  await pass(5_000);
  expect(sent.map(({ replyId }) => replyId)).toEqual(["rpl_1", "rpl_2"]);
});

it("does not wait in a hidden page: it sends at once, even what waited before", async () => {
  const { open } = browser();
  const { held, sent, hide } = open();
  held.hold(answerOf());
  hide();
  expect(sent).toHaveLength(1);
  held.hold(
    answerOf({ reply: { requestId: "req_another000", replyId: "rpl_2", round: 1, verb: "approve" } }),
  );
  expect(sent).toHaveLength(2);
});

it("sends waiting and unconfirmed answers by keepalive requests when the page is left", async () => {
  const { open, pass } = browser();
  const { held, sent, keptAlive } = open();
  held.hold(answerOf());
  await pass(5_000);
  held.hold(
    answerOf({ reply: { requestId: "req_another000", replyId: "rpl_2", round: 1, verb: "approve" } }),
  );
  expect(keptAlive).toEqual([]);
  held.sendLast();
  expect([keptAlive, sent.map(({ replyId }) => replyId)]).toEqual([
    ["rpl_1", "rpl_2"],
    ["rpl_1", "rpl_2"],
  ]);
});

it.each([
  [60_000, 5_000],
  [12_000, 2_000],
  [10_000, 0],
  [-1, 0],
])("with a deadline %i ms away holds an answer for %i ms", (away, holds) => {
  const deadline = start + away;
  expect(decideSending({ deadline }, { now: start, hidden: false })).toEqual(
    holds === 0 ? { when: "now" } : { when: "later", dueAt: start + holds },
  );
});

it("is dropped when somebody else answers first, which is shown", async () => {
  const { open, pass, kept } = browser();
  const { held, sent } = open();
  held.hold(answerOf());
  await pass(1_000);
  held.close(id, "rpl_bens");
  await pass(10_000);
  expect([sent, held.wasDropped(id), await kept()]).toEqual([[], true, []]);
});

it("shows an answer of a page that was killed with its undo again, then sends it under the same id", async () => {
  const { open, pass, kept } = browser();
  const former = open();
  former.held.hold(answerOf());
  await pass(2_000);
  former.die();
  await pass(60_000);
  const { held, sent } = open();
  await held.find("ana", "keep");
  await settled();
  expect(held.of(id)?.answer).toEqual(answerOf());
  await pass(4_999);
  expect(sent).toEqual([]);
  await pass(1);
  sent[0]!.settle();
  await settled();
  expect([sent[0]!.replyId, await kept()]).toEqual(["rpl_1", []]);
});

it("can be undone by the page that finds it", async () => {
  const { open, pass, kept } = browser();
  const former = open();
  former.held.hold(answerOf());
  await pass(2_000);
  former.die();
  const { held, sent } = open();
  await held.find("ana", "keep");
  await settled();
  expect(held.undo(id)?.parts).toEqual([["comment", "late"]]);
  await pass(10_000);
  expect([sent, await kept()]).toEqual([[], []]);
});

it("sends again at once what a killed page may have sent", async () => {
  const { open, pass } = browser();
  const former = open();
  former.held.hold(answerOf());
  await pass(5_000);
  former.die();
  const { held, sent } = open();
  await held.find("ana", "keep");
  await settled();
  expect([sent.map(({ replyId }) => replyId), held.of(id)]).toEqual([["rpl_1"], undefined]);
});

it("leaves an answer to the page that has it, in any order of reading", async () => {
  const { open, pass } = browser();
  const [first, second] = [open(), open()];
  first.held.hold(answerOf());
  await pass(1_000);
  await second.held.find("ana", "keep");
  await settled();
  expect(second.held.unwatched()).toEqual([]);
  first.held.undo(id);
  await pass(10_000);
  expect([first.sent, second.sent, second.held.unwatched()]).toEqual([[], [], []]);
});

it("takes over from a page that dies while it waits for it", async () => {
  const { open, pass } = browser();
  const [first, second] = [open(), open()];
  first.held.hold(answerOf());
  await pass(1_000);
  await second.held.find("ana", "keep");
  first.die();
  await settled();
  expect(second.held.of(id)?.answer.reply.replyId).toBe("rpl_1");
  await pass(5_000);
  expect([first.sent.length, second.sent.length]).toEqual([0, 1]);
});

it("does not show other people's answers, and keeps none for longer than a day or its deadline", async () => {
  const { open, pass, kept, storage } = browser();
  await storage.put({ ...answerOf({ user: "ben" }), sent: false });
  await storage.put({
    ...answerOf({ deadline: start + 20_000, reply: { ...answerOf().reply, replyId: "rpl_2" } }),
    sent: false,
  });
  await storage.put({ odd: true, reply: { replyId: "odd" } } as never);
  await pass(20_000);
  const first = open();
  await first.held.find("ana", "keep");
  await settled();
  expect(first.held.unwatched()).toEqual([]);
  expect((await kept()).map((one) => one?.user)).toEqual(["ben"]);
  await pass(KEPT_MS);
  await first.held.find("ana", "keep");
  expect(first.sent).toEqual([]);
  expect(await kept()).toEqual([]);
});

it("keeps nothing of another person if people sign in", async () => {
  const { open, kept, storage } = browser();
  await storage.put({ ...answerOf({ user: "ben" }), sent: false });
  await open().held.find("ana", "remove");
  expect(await kept()).toEqual([]);
});

it("returns answers that the reader does not see, such as that to a question they left", async () => {
  const { open } = browser();
  const { held } = open();
  const unwatch = held.watch(id);
  held.hold(answerOf());
  expect(held.unwatched()).toEqual([]);
  unwatch();
  expect(held.unwatched().map(({ answer }) => answer.reply.requestId)).toEqual([id]);
});

it("sends what waits when somebody signs out, and keeps nothing of it", async () => {
  const { open, pass, kept } = browser();
  const { held, sent } = open();
  held.hold(answerOf());
  await pass(1_000);
  await held.leave();
  sent[0]!.settle();
  await pass(10_000);
  expect([sent.length, await kept()]).toEqual([1, []]);
});

it("never sends what was undone, even if another page waits and the storage is slow", async () => {
  const slow = passingStorage();
  const removals: (() => void)[] = [];
  const on = browser({
    ...slow,
    remove: (id) => new Promise((done) => removals.push(() => done(slow.remove(id)))),
  });
  const first = on.open();
  const second = on.open();
  first.held.hold(answerOf());
  await settled();
  await second.held.find("ana", "keep");
  await settled();
  first.held.undo("req_0123456789");
  await settled();
  expect(second.held.of("req_0123456789")).toBeUndefined();
  for (const remove of removals) remove();
  await on.pass(60_000);
  expect([first.sent, second.sent]).toEqual([[], []]);
});

it("sends by keepalive requests when somebody signs out", async () => {
  const on = browser();
  const page = on.open();
  page.held.hold(answerOf());
  await settled();
  await page.held.leave();
  expect(page.keptAlive).toEqual(["rpl_1"]);
});

it("works without storage", async () => {
  const broken = () => Promise.reject(new Error("forbidden"));
  const { open, pass } = browser({ all: broken, get: broken, put: broken, remove: broken, clear: broken });
  const { held, sent } = open();
  await held.find("ana", "keep");
  held.hold(answerOf());
  await pass(5_000);
  await held.leave();
  expect(sent).toHaveLength(1);
});

it.each([
  ["a text", "rpl"],
  ["another verb", { ...answerOf(), sent: false, reply: { ...answerOf().reply, verb: "delete" } }],
  ["no reply id", { ...answerOf(), sent: false, reply: { ...answerOf().reply, replyId: "" } }],
  ["nothing", undefined],
])("reads nothing from %s", (_, stored) => {
  expect(readStored(stored)).toBeUndefined();
});

it("does not trust a time far in the future", () => {
  const stored = { ...answerOf({ heldAt: start + 2 * KEPT_MS }), sent: false };
  expect(decideFound(stored, { now: start, hidden: false })).toEqual({ when: "never" });
});
