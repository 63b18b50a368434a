import type { AttentionState } from "@callboard/protocol";
import { expect, it } from "vitest";
import { createAttentionReporter } from "./attention-reporter.ts";

/** A reporter, its time, and what it has said: `<second>:<state>`. */
function reporting() {
  let now = 0;
  let timers: { at: number; then: () => void }[] = [];
  const said: string[] = [];
  const reporter = createAttentionReporter(
    {
      now: () => now,
      after(ms, then) {
        const timer = { at: now + ms, then };
        timers.push(timer);
        return () => {
          timers = timers.filter((one) => one !== timer);
        };
      },
    },
    (state: AttentionState) => said.push(`${now / 1000}:${state}`),
  );
  return {
    reporter,
    said,
    pass(seconds: number) {
      const end = now + seconds * 1000;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        now = next.at;
        next.then();
      }
      now = end;
    },
  };
}

it("reports at once that a question is shown, and repeats it every 30 seconds", () => {
  const { reporter, said, pass } = reporting();
  reporter.is("left");
  reporter.is("shown");
  pass(65);
  expect(said).toEqual(["0:shown", "30:shown", "60:shown"]);
});

it("sends at most one report within a second, the last one", () => {
  const { reporter, said, pass } = reporting();
  reporter.is("shown");
  pass(0.2);
  reporter.is("reviewing");
  pass(0.2);
  reporter.is("left");
  pass(40);
  expect(said).toEqual(["0:shown", "1:left"]);
});

it("reports nothing if the state changes and returns within the second", () => {
  const { reporter, said, pass } = reporting();
  reporter.is("shown");
  reporter.is("left");
  reporter.is("shown");
  pass(29);
  expect(said).toEqual(["0:shown"]);
});

it("is silent without a connection, and then reports the current state", () => {
  const { reporter, said, pass } = reporting();
  reporter.is("shown");
  reporter.is(undefined);
  pass(100);
  reporter.is("shown");
  pass(1);
  expect(said).toEqual(["0:shown", "100:shown"]);
});

it("reports `left` when the page closes, unless it was reported", () => {
  const { reporter, said, pass } = reporting();
  reporter.leave();
  reporter.is("reviewing");
  pass(5);
  reporter.leave();
  reporter.leave();
  expect(said).toEqual(["0:reviewing", "5:left"]);
});

it("reports it again as soon as possible after a refusal", () => {
  const { reporter, said, pass } = reporting();
  reporter.is("shown");
  reporter.is(undefined);
  reporter.unheard();
  pass(5);
  reporter.is("shown");
  pass(1);
  expect(said).toEqual(["0:shown", "5:shown"]);
});
