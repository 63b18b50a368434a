import { describe, expect, it } from "vitest";
import { timedClock } from "../testing/timed-clock.ts";
import { laterInInvocation, laterOnTimers } from "./later.ts";

const log = () => {
  const warnings: string[] = [];
  return { warnings, info() {}, metric() {}, warn: (message: string) => void warnings.push(message) };
};

describe("work that was promised for later", () => {
  it("is waited for in a process that ends with its invocation", async () => {
    const clock = timedClock(0);
    const events: string[] = [];
    const done = laterInInvocation(clock)
      .run(250, async () => void events.push(`kept at ${clock.now()}`))
      .then(() => events.push("settled"));
    await clock.advance(249);
    expect(events).toEqual([]);
    await clock.advance(1);
    await done;
    expect(events).toEqual(["kept at 250", "settled"]);
  });

  it("does not make the caller wait in a process that lives on", async () => {
    const clock = timedClock(0);
    const later = laterOnTimers({ clock, log: log() });
    let kept = 0;
    await later.run(250, async () => void kept++);
    expect(kept).toBe(0);
    await clock.advance(250);
    expect(kept).toBe(1);
    await later.idle();
  });

  it("is retried when it fails, and finally given up with a warning", async () => {
    const clock = timedClock(0);
    const kept = log();
    const later = laterOnTimers({ clock, log: kept });
    let tries = 0;
    await later.run(0, async () => {
      if (++tries < 4) throw new Error("unreachable");
    });
    await clock.advance(60_000);
    expect(tries).toBe(4);
    expect(kept.warnings).toEqual([]);
    await later.run(0, async () => {
      throw new Error("unreachable");
    });
    await clock.advance(60_000);
    expect(kept.warnings).toHaveLength(1);
    await later.idle();
  });
});
