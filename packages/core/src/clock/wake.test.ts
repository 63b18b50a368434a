import type { OutEvent } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Ports, Wakeup } from "../ports/index.ts";
import { ana, memoryStage } from "../testing/memory-stage.ts";

const watch = "watch:video/v_1";
const kinds = (put: readonly OutEvent[]) =>
  put.map(({ type }) => type).filter((type) => type.endsWith(" Due"));

/** A stage before anything was put or sent. */
async function stageWith(overrides: (ports: Ports) => Partial<Ports> = () => ({})) {
  const stage = memoryStage(overrides);
  const id = await stage.ask({ deadlineSeconds: 600 });
  stage.pass(2000);
  stage.put.length = 0;
  stage.queue.length = 0;
  stage.wakeups.take();
  const of = (more: Partial<Wakeup> = {}): Wakeup =>
    ({ request: id, version: 1, at: stage.now(), ...more }) as Wakeup;
  const sent = () => stage.wakeups.sent.slice(before);
  const before = stage.wakeups.sent.length;
  return { ...stage, id, of, sent };
}

describe("a wake-up", () => {
  it("of a request that is due puts Request Due, and is sent again to check the result", async () => {
    const { app, put, of, sent, pass, now } = await stageWith();
    pass(600_000);
    expect(await app.clock.wake([of()])).toEqual([]);
    expect(kinds(put)).toEqual(["Request Due"]);
    expect(sent()).toEqual([of({ at: now() + 8000, again: 1 })]);
  });

  it("for a row that has moved on, or is due later, does nothing", async () => {
    const { app, put, of, sent, id } = await stageWith();
    expect(await app.clock.wake([of(), of({ version: 1, again: 1 })])).toEqual([]);
    await app.feedback.extend(
      { caller: ana, origin: { way: "http", device: "d" } },
      id,
      Date.UTC(2026, 0, 1, 0, 20),
    );
    put.length = 0;
    const before = sent().length;
    await app.clock.wake([of()]);
    expect([kinds(put), sent().length]).toEqual([[], before]);
  });

  it("that arrives before its row is sent once more, and not a third time", async () => {
    const { app, put, of, sent, now } = await stageWith();
    const early = [of({ version: 2 }), { request: "req_none00000000", version: 1, at: now() } as const];
    await app.clock.wake(early);
    expect(sent()).toEqual(early.map((one) => ({ ...one, at: now() + 30_000, again: 1 })));
    const before = sent().length;
    await app.clock.wake(sent());
    expect([sent().length, kinds(put)]).toEqual([before, []]);
  });

  it("that arrives before its row finds it the second time, even if the row was written late", async () => {
    const stage = await stageWith();
    const { requests, advance, id } = stage;
    await stage.ports.wakeups.send([{ request: id, version: 2, at: stage.now() + 5000 }]);
    await advance(20_000);
    // The writing process was slow, and died during the write.
    const before = requests.all()[0]!;
    const { move } = stage.ports.requests;
    await move({
      from: 1,
      request: { ...before, version: 2, last: "reminded", changedAt: stage.now() - 15_000 },
    });
    expect(requests.all()[0]?.announced).toBe(1);
    await advance(16_000);
    expect(requests.all()[0]?.announced).toBe(2);
  });

  it("of an audience finds it due, counted, or not yet marked", async () => {
    const { app, put, sent, ports, now } = await stageWith();
    await ports.audiences.mark(watch, now());
    await app.clock.wake([{ audience: watch, at: now() }]);
    expect(kinds(put)).toEqual(["Audience Due"]);
    expect(sent()).toEqual([{ audience: watch, at: now() + 8000, again: 1 }]);
    await app.channels.countViewers(watch);
    const before = sent().length;
    await app.clock.wake([{ audience: watch, at: now(), again: 1 }]);
    expect(sent().length).toBe(before);
    await app.clock.wake([{ audience: watch, at: now() }]);
    expect(sent().at(-1)).toEqual({ audience: watch, at: now() + 30_000, again: 1 });
  });

  it("with others puts one event for each row, requests first", async () => {
    const { app, put, of, ports, now, pass, id } = await stageWith();
    pass(600_000);
    await ports.audiences.mark(watch, now());
    await ports.audiences.mark("watch:video/v_2", now());
    const audiences: Wakeup[] = [
      { audience: watch, at: now() },
      { audience: "watch:video/v_2", at: now() },
    ];
    await app.clock.wake([...audiences, of(), of({ again: 1 }), ...audiences]);
    expect(put).toEqual([
      { type: "Request Due", requestId: id },
      { type: "Audience Due", channel: watch },
      { type: "Audience Due", channel: "watch:video/v_2" },
    ]);
  });

  it("is received again while the bus takes no event", async () => {
    let isOut = true;
    const warnings: unknown[] = [];
    const stage = await stageWith((memory) => ({
      log: { ...memory.log, warn: (...warning) => void warnings.push(warning) },
      bus: {
        put: (events) =>
          isOut && kinds(events).length > 0 ? Promise.reject(new Error("out")) : memory.bus.put(events),
      },
    }));
    stage.pass(600_000);
    const early = stage.of({ version: 7 });
    expect(await stage.app.clock.wake([stage.of(), early])).toEqual([stage.of(), early]);
    const failed = ["some wake-ups failed and will come again", { failed: 2 }];
    expect(warnings).toEqual([failed]);
    isOut = false;
    expect(await stage.app.clock.wake([stage.of()])).toEqual([]);
    expect(warnings).toEqual([failed]);
    expect(kinds(stage.put)).toEqual(["Request Due"]);
  });

  it("that cannot be sent again is received again", async () => {
    const stage = await stageWith((memory) => {
      let isOut = false;
      return {
        wakeups: {
          send: async (wakeups) => {
            if (isOut) throw new Error("out");
            await memory.wakeups.send(wakeups);
            isOut = wakeups.some((one) => "request" in one && one.version === 99);
          },
        },
      };
    });
    await stage.ports.wakeups.send([stage.of({ version: 99 })]);
    const early = stage.of({ version: 2 });
    expect(await stage.app.clock.wake([early])).toEqual([early]);
  });

  it("checks a limited number of times, and leaves the rest to the polls", async () => {
    const stage = await stageWith();
    stage.pass(598_000);
    await stage.ports.wakeups.send([stage.of()]);
    // The process that handles the event dies, each time.
    for (let second = 0; second < 40; second++) {
      stage.pass(1000);
      await stage.app.clock.wake(stage.wakeups.take());
      stage.queue.length = 0;
    }
    const told = stage.put.filter(({ type }) => type === "Request Due");
    expect(told).toHaveLength(3);
    await stage.app.clock.pollDue();
    expect(stage.put.filter(({ type }) => type === "Request Due")).toHaveLength(4);
  });
});
