import { describe, expect, it } from "vitest";
import { startHeartbeat } from "./heartbeat.ts";
import { manualClock } from "./testing/manual-clock.ts";

/** A heartbeat of its own. What it does is noted with the seconds since its beginning. */
function beating({ everyMs = 20_000, random = 0, pings = 1 } = {}) {
  const time = manualClock();
  const start = time.now();
  const at = { everyMs, random, offMs: 0, hidden: false, awaiting: true };
  const done: string[] = [];
  const note = (what: string) => () => void done.push(`${what} ${(time.now() - start) / 1000}`);
  let last = 0;
  const heartbeat = startHeartbeat({
    clock: { after: time.after, now: () => time.now() + at.offMs },
    random: () => at.random,
    intervalMs: () => at.everyMs,
    isHidden: () => at.hidden,
    ping() {
      note("ping")();
      return Array.from({ length: pings }, () => `p${++last}`);
    },
    overdue: note("overdue"),
    alive: note("alive"),
    dead: note("dead"),
    awaiting: () => at.awaiting,
    resend: note("resend"),
  });
  return {
    ...heartbeat,
    at,
    pending: time.pending,
    /** Everything that is done within this time. */
    async within(ms: number) {
      done.length = 0;
      await time.advance(ms);
      return done.slice();
    },
    /** Everything that is done at once. */
    doing(act: () => void) {
      done.length = 0;
      act();
      return done.slice();
    },
  };
}

describe("a ping", () => {
  it("is sent an interval after the last answer, at most once a second", async () => {
    const often = beating({ everyMs: 10 });
    expect(await often.within(1500)).toEqual(["ping 1"]);
    expect(often.doing(() => often.heard("p1"))).toEqual(["alive 1.5"]);
    expect(await often.within(1000)).toEqual(["ping 2.5"]);
    const rarely = beating();
    expect(await rarely.within(20_000)).toEqual(["ping 20"]);
  });

  it("without an answer is overdue after three seconds, and dead after ten", async () => {
    const { within } = beating();
    await within(20_000);
    expect(await within(10_000)).toEqual(["overdue 23", "dead 30"]);
  });

  it("is not overdue once anything was received, but dead until it is answered itself", async () => {
    const { within, heard } = beating();
    await within(22_000);
    heard("another");
    expect(await within(8000)).toEqual(["dead 30"]);
  });

  it("of several is answered with the last of them", async () => {
    const { within, heard, doing } = beating({ pings: 2 });
    await within(20_000);
    expect(doing(() => heard("p1"))).toEqual([]);
    expect(doing(() => heard("p1"))).toEqual([]);
    expect(doing(() => heard("p2"))).toEqual(["alive 20"]);
    expect(await within(20_000)).toEqual(["ping 40"]);
  });

  it("is sent sooner when the interval becomes shorter, from the last answer, and not twice", async () => {
    const { at, within, intervalChanged } = beating();
    await within(4000);
    at.everyMs = 5000;
    intervalChanged();
    expect(await within(1000)).toEqual(["ping 5"]);
    intervalChanged();
    expect(await within(4000)).toEqual(["overdue 8"]);
    at.everyMs = 1000;
    const late = beating();
    await late.within(9000);
    late.at.everyMs = 3000;
    late.intervalChanged();
    expect(await late.within(0)).toEqual(["ping 9"]);
  });

  it("that the gateway did not handle is sent again after one to two seconds", async () => {
    for (const random of [0, 0.5]) {
      const { within, gatewayError, at } = beating({ random });
      at.awaiting = false;
      await within(22_000);
      gatewayError();
      expect(await within(5000)).toEqual([`ping ${23 + random}`, `overdue ${26 + random}`]);
    }
  });
});

describe("a beat on demand", () => {
  it("pings at once, unless a ping is on its way", async () => {
    const { beat, within, doing } = beating();
    await within(5000);
    expect(doing(beat)).toEqual(["ping 5"]);
    expect(doing(beat)).toEqual([]);
    expect(await within(5000)).toEqual(["overdue 8"]);
  });

  it("pings again if a ping is more than ten seconds old, as after a sleep", async () => {
    const { beat, within, doing, at } = beating();
    await within(20_000);
    at.offMs = 10_000;
    expect(doing(beat)).toEqual([]);
    at.offMs = 10_001;
    expect(doing(beat)).toEqual(["overdue 20", "ping 20"]);
  });

  it("is overdue when the last answer is ten seconds older than an interval, or in the future", async () => {
    const { beat, doing, at } = beating();
    at.offMs = 30_000;
    expect(doing(beat)).toEqual(["ping 0"]);
    const old = beating();
    old.at.offMs = 30_001;
    expect(old.doing(old.beat)).toEqual(["overdue 0", "ping 0"]);
    const back = beating();
    back.at.offMs = -1;
    expect(back.doing(back.beat)).toEqual(["overdue 0", "ping 0"]);
  });

  it("is not overdue in a hidden page", () => {
    const { beat, doing, at } = beating();
    at.hidden = true;
    at.offMs = 60_000;
    expect(doing(beat)).toEqual(["ping 0"]);
  });

  it("is sent by itself within five seconds after a sleep", async () => {
    const { at, within } = beating({ everyMs: 60_000 });
    await within(4000);
    at.offMs = 120_000;
    expect(await within(4000)).toEqual(["overdue 5", "ping 5", "overdue 8"]);
    const quiet = beating({ everyMs: 60_000 });
    expect(await quiet.within(59_999)).toEqual([]);
  });
});

describe("a message that expects an answer", () => {
  it("puts the connection in doubt after ten seconds", async () => {
    const { sent, within } = beating({ everyMs: 60_000 });
    sent();
    await within(4000);
    sent();
    expect(await within(7000)).toEqual(["overdue 10", "ping 10"]);
  });

  it("does not put it in doubt once anything arrives, but the next one does", async () => {
    const { sent, heard, within } = beating({ everyMs: 60_000 });
    sent();
    await within(9000);
    heard("it");
    expect(await within(3000)).toEqual([]);
    sent();
    expect(await within(3000)).toEqual(["resend 15"]);
    expect(await within(8000)).toEqual(["overdue 22", "ping 22"]);
  });

  it("is sent again after fifteen seconds without one", async () => {
    const { sent, heard, within, at } = beating({ everyMs: 60_000 });
    sent();
    heard("other");
    expect(await within(15_000)).toEqual(["resend 15"]);
    at.awaiting = false;
    sent();
    heard("other");
    expect(await within(20_000)).toEqual([]);
  });

  it("is not sent again once all are answered, and not later because of another", async () => {
    const { sent, heard, answered, within, at } = beating({ everyMs: 60_000 });
    sent();
    await within(10_000 - 1);
    sent();
    heard("it");
    answered();
    expect(await within(5001)).toEqual(["resend 15"]);
    sent();
    heard("it");
    at.awaiting = false;
    answered();
    at.awaiting = true;
    expect(await within(20_000)).toEqual([]);
  });

  it("that is refused is sent again after growing waits, half a minute at most", async () => {
    const { refused, within } = beating({ everyMs: 10_000_000 });
    const waits: number[] = [];
    let before = 0;
    for (let n = 0; n < 12; n++) {
      refused();
      const [resent = ""] = (await within(40_000)).filter((one) => one.startsWith("resend"));
      const at = Number(resent.split(" ")[1]);
      waits.push(at - before);
      before += 40;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30, 30]);
  });

  it("that is refused is sent again after up to twice the time, so that clients spread", async () => {
    const { refused, within } = beating({ random: 0.5 });
    refused();
    expect(await within(2000)).toEqual(["resend 1.5"]);
  });

  it("is sent again no sooner than the server asks, also beyond half a minute", async () => {
    const { refused, within } = beating({ everyMs: 10_000_000 });
    refused(5000);
    expect(await within(6000)).toEqual(["resend 5"]);
    refused(60_000);
    expect(await within(61_000)).toEqual(["resend 66"]);
  });

  it("is sent again quickly after a refusal that follows an answer", async () => {
    const { refused, answered, within } = beating({ everyMs: 10_000_000 });
    for (let n = 0; n < 3; n++) {
      refused();
      await within(10_000);
    }
    answered();
    refused();
    expect(await within(1000)).toEqual(["resend 31"]);
  });

  it("is sent again at the earlier of two times", async () => {
    const { refused, sent, heard, within } = beating({ everyMs: 10_000_000 });
    sent();
    heard("it");
    refused();
    expect(await within(20_000)).toEqual(["resend 1"]);
    refused();
    sent();
    heard("it");
    expect(await within(20_000)).toEqual(["resend 22"]);
  });

  it("that the gateway did not handle is sent again, and the connection is not overdue for it", async () => {
    const { sent, gatewayError, within } = beating({ everyMs: 60_000 });
    sent();
    await within(9000);
    gatewayError();
    expect(await within(5000)).toEqual(["resend 10"]);
  });
});

it("does nothing more once it is stopped, and has no timers", async () => {
  const { sent, refused, stop, within, pending } = beating();
  await within(20_000);
  sent();
  refused();
  stop();
  expect(pending()).toBe(0);
  expect(await within(100_000)).toEqual([]);
  const idle = beating();
  idle.stop();
  expect(idle.pending()).toBe(0);
});
