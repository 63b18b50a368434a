import { days, receiptMs } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Entry } from "../ports/index.ts";
import { partsOf } from "./parts.ts";

const now = Date.UTC(2026, 0, 2);

/** The parts of these values, in the order in which they change; each part as its rank and its keys. */
function parts(values: Readonly<Record<string, unknown>>, at: number = now): string[] {
  const entries = Object.entries(values).map(
    ([key, value], n): Entry => ({ key, value, version: "1", at, offsets: { work: n + 1 } }),
  );
  return partsOf(entries, now).map((part) => `${part.rank}: ${part.entries.map(({ key }) => key).join(" ")}`);
}

const open = { state: "open", thread: "t", round: 2, execution: "run" };
const relayed = { ...open, state: "relayed" };
const [asked, other] = ["req_0000000001", "req_0000000002"];
const by = (id: string, round = 2) => ({ thread: "t", round, by: id });

describe("a question", () => {
  it("that is open, or whose answer is on its way, stays with all that belongs to it", () => {
    for (const state of ["open", "answered", undefined])
      expect(
        parts({
          [`request/${asked}`]: { ...open, state, candidates: ["a"] },
          [`candidate/t/2/${asked}/a`]: by(asked),
          [`warning/${asked}`]: { requestId: asked },
        }),
      ).toEqual([]);
  });

  it("that is closed is removed after its candidates and its warning", () => {
    expect(
      parts({
        [`request/${asked}`]: relayed,
        [`candidate/t/2/${asked}/a`]: by(asked),
        [`warning/${asked}`]: { requestId: asked },
        [`candidate/t/2/${other}/a`]: by(other),
        [`request/${other}`]: open,
      }),
    ).toEqual([`finished: candidate/t/2/${asked}/a warning/${asked} request/${asked}`]);
  });

  it("that was removed is followed by its remaining candidates", () => {
    expect(
      parts({ [`candidate/t/2/${asked}/a`]: by(asked), [`candidate/t/2/${asked}/b`]: by(asked) }),
    ).toEqual([`finished: candidate/t/2/${asked}/a candidate/t/2/${asked}/b`]);
  });

  it("that was removed is not a part", () => {
    expect(parts({ [`request/${asked}`]: null, title: { title: "T" }, waiting: { requests: {} } })).toEqual(
      [],
    );
  });
});

describe("proposals of a source", () => {
  const proposals = { "candidate/t/2/nova/a": by("nova"), "candidate/t/2/nova/b": by("nova") };
  const [quiet, finished] = ["quiet", "finished"].map(
    (rank) => `${rank}: candidate/t/2/nova/a candidate/t/2/nova/b`,
  );

  it("are kept until a question about them", () => {
    expect(parts(proposals)).toEqual([quiet]);
    expect(parts({ ...proposals, [`request/${asked}`]: { ...open, round: 1 } })).toEqual([quiet]);
    expect(parts({ ...proposals, [`request/${asked}`]: { ...open, thread: "u", round: 3 } })).toEqual([
      quiet,
    ]);
  });

  it("stay while an open question may be answered with them", () => {
    for (const candidates of [undefined, []])
      expect(parts({ ...proposals, [`request/${asked}`]: { ...open, candidates } })).toEqual([]);
  });

  it("may go once their round was asked with others, or was closed, or a later one has begun", () => {
    expect(parts({ ...proposals, [`request/${asked}`]: { ...open, candidates: ["c"] } })).toEqual([finished]);
    expect(parts({ ...proposals, [`request/${asked}`]: relayed })).toEqual([
      finished,
      `finished: request/${asked}`,
    ]);
    expect(parts({ ...proposals, [`request/${asked}`]: { ...open, round: 3 } })).toEqual([finished]);
    expect(parts({ ...proposals, "candidate/t/3/nova/a": by("nova", 3) })).toEqual([
      finished,
      "quiet: candidate/t/3/nova/a",
    ]);
  });

  it("of several sources are separate parts", () => {
    expect(parts({ ...proposals, "candidate/t/2/orca/a": by("orca") })).toEqual([
      quiet,
      "quiet: candidate/t/2/orca/a",
    ]);
  });
});

describe("an execution", () => {
  const latest = { "execution/last": { state: "running" } };
  const run = (state: string, ...steps: string[]) => ({
    "execution/run": { state },
    ...Object.fromEntries(steps.map((step, n) => [`step/run/s${n}`, { state: step }])),
  });

  it("is removed after its warnings and its steps, once it has ended", () => {
    const warning = { "warning/run/t": { execution: "run" } };
    expect(parts({ ...run("failed", "failed", "started"), ...warning, ...latest })).toEqual([
      "finished: warning/run/t step/run/s0 step/run/s1 execution/run",
    ]);
  });

  it("under way is removed after executions that ended, or whose steps all ended", () => {
    expect(parts({ ...run("running", "succeeded", "started"), ...latest })).toEqual([
      "silent: step/run/s0 step/run/s1 execution/run",
    ]);
    expect(parts({ ...run("running"), ...latest })).toEqual(["silent: execution/run"]);
    expect(parts({ ...run("running", "succeeded"), ...latest })).toEqual([
      "quiet: step/run/s0 execution/run",
    ]);
  });

  it("whose steps all ended counts as finished a day after the last of them", () => {
    const rankAfter = (ms: number) =>
      parts({ ...run("running", "succeeded"), ...latest }, now - ms)[0]?.split(":")[0];
    expect(rankAfter(days(1) - 1)).toBe("quiet");
    expect(rankAfter(days(1))).toBe("finished");
    const step = (n: number, at: number): Entry => {
      return { key: `step/run/s${n}`, value: { state: "succeeded" }, version: "1", at, offsets: { work: n } };
    };
    const whole: Entry = { ...step(3, 0), key: "execution/run", value: { state: "running" } };
    const last: Entry = { ...step(4, now), key: "execution/last", value: { state: "running" } };
    const ranks = (...ats: number[]) =>
      partsOf([...ats.map((at, n) => step(n + 1, at)), whole, last], now).map(({ rank }) => rank);
    expect(ranks(0, now - 1)).toEqual(["quiet"]);
    expect(ranks(0, 1)).toEqual(["finished"]);
  });

  it("that is known only by its steps counts as finished once they have ended", () => {
    expect(parts({ "step/run/s0": { state: "failed" }, ...latest })).toEqual(["finished: step/run/s0"]);
    expect(parts({ "step/run/s0": { state: "started" }, ...latest })).toEqual(["silent: step/run/s0"]);
  });

  it("with the latest report or an open question loses only single steps", () => {
    const steps = ["step: step/run/s1", "unfinished: step/run/s0"];
    expect(parts(run("running", "started", "succeeded"))).toEqual(steps);
    expect(
      parts({ ...run("running", "started", "succeeded"), [`request/${asked}`]: open, ...latest }),
    ).toEqual(steps);
    expect(parts({ ...run("running", "succeeded"), [`request/${asked}`]: relayed, ...latest })).toEqual([
      "finished: request/req_0000000001",
      "quiet: step/run/s0 execution/run",
    ]);
  });

  it("does not exist (`-`): its steps are separate parts", () => {
    expect(
      parts({ "step/-/a": { state: "succeeded" }, "step/-/b": { state: "started" }, ...latest }),
    ).toEqual(["finished: step/-/a", "silent: step/-/b"]);
  });

  it("that was removed leaves its warnings, which are separate parts", () => {
    expect(
      parts({ "warning/gone/t": { execution: "gone" }, "warning/gone/u": { execution: "gone" } }),
    ).toEqual(["finished: warning/gone/t", "finished: warning/gone/u"]);
    expect(parts({ "warning/gone/t": {} })).toEqual(["finished: warning/gone/t"]);
  });
});

describe("a part of one entry", () => {
  it("is a fact, public or private", () => {
    expect(parts({ "fact/a": { value: 1 }, "private/b": { value: 1 } })).toEqual([
      "quiet: fact/a",
      "quiet: private/b",
    ]);
  });

  it("is a person's attention once it expired, or its question no longer waits", () => {
    const attention = (more: object) => ({
      "attending/q/ana": { requestId: asked, until: now + 1, ...more },
    });
    const question = { [`request/${asked}`]: open, [`request/${other}`]: relayed };
    const gone = ["finished: attending/q/ana"];
    const closed = `finished: request/${other}`;
    expect(parts({ ...attention({}), ...question })).toEqual([closed]);
    expect(parts({ ...attention({ until: now }), ...question })).toEqual([...gone, closed]);
    expect(parts({ ...attention({ until: undefined }), ...question })).toEqual([...gone, closed]);
    expect(parts({ ...attention({ requestId: other }), ...question })).toEqual([...gone, closed]);
    expect(parts({ ...attention({}), [`request/${asked}`]: relayed })).toContain(gone[0]);
  });

  it("is a receipt: after seven days, or with a final status, or else only if there is no other room", () => {
    const rankOf = (status: string, ageMs: number) => parts({ "receipt/r1": { status, at: now - ageMs } })[0];
    expect(rankOf("relayed", receiptMs)).toBe("finished: receipt/r1");
    expect(rankOf("relayed", receiptMs - 1)).toBe("quiet: receipt/r1");
    expect(rankOf("accepted", receiptMs - 1)).toBe("silent: receipt/r1");
    expect(parts({ "receipt/r1": { status: "relayed" } })).toEqual(["finished: receipt/r1"]);
  });
});

it("removes the part first whose last change is the oldest, whatever the clocks of reporters say", () => {
  const entry = (key: string, offset: number, at: number): Entry => ({
    key,
    value: { value: 1 },
    version: "1",
    at,
    offsets: { watch: 1, work: offset },
  });
  const order = partsOf([entry("fact/late", 9, 1), entry("fact/early", 2, 99)], now).map(
    ({ entries }) => entries[0]!.key,
  );
  expect(order).toEqual(["fact/early", "fact/late"]);
});
