import { type ListedValue, limits } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { ChannelMeta, Entry } from "../ports/index.ts";
import { version } from "./change.ts";
import { type Listing, listChange, listingOf, mayChangeListing, showsTheSame } from "./listing.ts";

const subject = "video/v_1";
const entry = (key: string, value: unknown, at = 0, watch?: number): Entry => ({
  key,
  value,
  version: "1",
  at,
  offsets: watch === undefined ? {} : { watch },
});
const run = (name: string, value: object) => entry(`execution/${name}`, { execution: name, ...value });
const listed = (...entries: Entry[]) => listingOf(subject, entries, { channels: {} })?.value;

describe("a subject's line", () => {
  it("does not exist while there is nothing that lists show", () => {
    expect(listed()).toBeUndefined();
    expect(listed(entry("step/e/s", {}), entry("fact/title", {}))).toBeUndefined();
    expect(listed(entry("title", null, 5))).toEqual({ subject, at: 5 });
  });

  it("has title, picture, the number of open questions and the last change", () => {
    expect(
      listed(
        entry("title", { title: "T", more: 1 }, 3),
        entry("avatar", { object: { key: "k", mediaType: "image/png", bytes: 5 } }, 9),
        entry("waiting", { requests: { a: {}, b: {} } }, 7),
        entry("step/e/s", {}, 99),
      ),
    ).toEqual({ subject, title: "T", object: { key: "k", mediaType: "image/png" }, waiting: 2, at: 9 });
    expect(listed(entry("waiting", { requests: {} }))).not.toHaveProperty("waiting");
  });

  it("shows the run under way, or the first of several", () => {
    const runs = [
      run("ended", { state: "failed", startedAt: 1, endedAt: 99 }),
      run("second", { state: "running", startedAt: 6 }),
      run("first", { state: "running", startedAt: 5 }),
    ];
    expect(listed(...runs)).toMatchObject({ state: "running", startedAt: 5 });
  });

  it("shows the run that ended last if none is under way, in any order", () => {
    const early = run("a", { state: "failed", startedAt: 1, endedAt: 9 });
    const late = run("b", { state: "succeeded", startedAt: 2, endedAt: 10 });
    const unknown = run("c", { state: "aborted", startedAt: 11 });
    for (const runs of [
      [early, late],
      [late, early],
    ])
      expect(listed(...runs)).toMatchObject({ state: "succeeded", startedAt: 2 });
    expect(listed(early, unknown, late)).toMatchObject({ state: "aborted" });
    expect(listed(entry("execution/a", null), early)).toMatchObject({ state: "failed" });
  });

  it("shows only the state of its runs", () => {
    const ended = run("a", { state: "failed", startedAt: 1, endedAt: 9 });
    const avatar = entry("avatar", {
      object: { key: "k", mediaType: "image/png" },
      startedAt: 99,
      state: "odd",
    });
    for (const entries of [
      [avatar, ended],
      [ended, avatar],
    ])
      expect(listed(...entries)).toMatchObject({ state: "failed", startedAt: 1 });
  });

  it("shows the same one of two runs that ended at once, in any order", () => {
    const a = run("a", { state: "failed", startedAt: 1, endedAt: 9 });
    const b = run("b", { state: "succeeded", startedAt: 2, endedAt: 9 });
    expect([listed(a, b)?.state, listed(b, a)?.state]).toEqual(["failed", "failed"]);
  });

  it("has the version of the last change that it shows, or of the last forgotten one", () => {
    const versionAt = (floor: number | undefined, ...offsets: number[]) =>
      listingOf(
        subject,
        offsets
          .map((offset, n) => entry(`execution/${n}`, null, 0, offset))
          .concat(entry("step/e/s", {}, 0, 99))
          .concat(entry("title", { title: "T" })),
        { channels: floor === undefined ? {} : { watch: { floor } as ChannelMeta } },
      )?.version;
    expect(versionAt(undefined, 3, 8)).toBe(version(8));
    expect(versionAt(9, 3, 8)).toBe(version(9));
    expect(versionAt(undefined)).toBe(version(0));
  });
});

describe("a change", () => {
  const may = (entries: Entry[], ...before: Entry[]) =>
    mayChangeListing(entries, new Map(before.map((one) => [one.key, one])));
  const title = (of: object | null) => entry("title", of);

  it("may change a line when it changes something that lists show", () => {
    expect(may([title({ title: "A" })])).toBe(true);
    expect(may([title({ title: "A" })], title({ title: "B" }))).toBe(true);
    expect(may([title(null)], title({ title: "B" }))).toBe(true);
    expect(may([entry("fact/a", 1), title({ title: "A" })])).toBe(true);
  });

  it("does not change a line otherwise", () => {
    expect(may([])).toBe(false);
    expect(may([entry("fact/a", 1)])).toBe(false);
    expect(may([title({ title: "A", by: "x" })], title({ title: "A" }))).toBe(false);
    expect(may([title(null)])).toBe(false);
  });
});

it("compares two lines without their times", () => {
  const line = (more: object): Listing => ({ value: { subject, at: 1, ...more }, version: "1" });
  expect(showsTheSame(line({ at: 2 }), line({}))).toBe(true);
  expect(showsTheSame(line({ title: "A" }), line({}))).toBe(false);
  expect(showsTheSame(undefined, line({}))).toBe(false);
  expect(showsTheSame(undefined, undefined)).toBe(true);
});

describe("a list", () => {
  const now = 1000;
  const line = (name: string, startedAt?: number, more: Partial<ListedValue> = {}): Listing => ({
    value: { subject: `video/${name}`, at: 7, ...(startedAt === undefined ? {} : { startedAt }), ...more },
    version: version(5),
  });
  const key = (name: string) => `subject/video/${name}`;
  const shownEntry = (name: string, startedAt: number, of = version(1)): Entry => ({
    ...entry(key(name), { subject: `video/${name}`, startedAt, at: 1 }),
    version: of,
  });

  /** What a list of these lines makes of another one. */
  function offered(listing: Listing, entries: Entry[], whole = false, at = now) {
    const known = new Map(entries.map((one) => [one.key, one]));
    const keys = entries.filter(({ value }) => value !== null).length;
    const change = listChange(listing, at, whole);
    const proposals = change.propose(known, { list: { keys } as ChannelMeta });
    return proposals === "stale"
      ? proposals
      : proposals.map(
          (one) => [one.key, one.fold(known.get(one.key))?.value as ListedValue | null | undefined] as const,
        );
  }
  const full = Array.from({ length: limits.listedSubjects }, (_, n) => shownEntry(`v${n}`, 100 + n));

  it("adds a line while it has room, without reading others", () => {
    const added = { subject: "video/new", startedAt: 50, at: 7 };
    expect(offered(line("new", 50), full.slice(1))).toEqual([[key("new"), added]]);
    expect(listChange(line("new", 50), now, false).keys).toEqual([key("new")]);
    expect(listChange(line("new", 50), now, true).keys).toBe("all");
  });

  it("that is full is read completely, and removes the line that began first", () => {
    expect(offered(line("new", 500), full)).toBe("stale");
    expect(offered(line("new", 500), full, true)).toEqual([
      [key("v0"), null],
      [key("new"), { subject: "video/new", startedAt: 500, at: 7 }],
    ]);
  });

  it("that is full adds no line that began before all others", () => {
    expect(offered(line("new", 50), full, true)).toBe("stale");
    expect(offered(line("new", 50), [...full, shownEntry("more", 60)], true)).toEqual([[key("more"), null]]);
  });

  it("does not count removed lines, and adds one of them again like a new one", () => {
    const gone: Entry = { ...shownEntry("gone", 1), value: null };
    expect(offered(line("gone", 500), [...full, gone])).toBe("stale");
    expect(offered(line("gone", 500), [...full, gone], true)).toContainEqual([key("v0"), null]);
  });

  it("changes an existing line although it is full", () => {
    expect(offered(line("v0", 100, { title: "T" }), full)).toEqual([
      [key("v0"), { subject: "video/v0", title: "T", startedAt: 100, at: 7 }],
    ]);
  });

  it("ignores an equal or older line without reading others", () => {
    for (const of of [version(5), version(6)]) {
      const gone: Entry = { ...shownEntry("gone", 1, of), value: null };
      expect(offered(line("gone", 500), [...full, gone])).toHaveLength(1);
    }
  });

  it("orders lines of the same start by name, so that every process removes the same one", () => {
    const same = Array.from({ length: limits.listedSubjects }, (_, n) => shownEntry(`v${10 + n}`, 100));
    expect(offered(line("v00", 100), same, true)).toEqual([
      [key("v59"), null],
      [key("v00"), { subject: "video/v00", startedAt: 100, at: 7 }],
    ]);
    expect(offered(line("v99", 100), same, true)).toBe("stale");
  });

  describe("the start of a line", () => {
    const startOf = (startedAt: number | undefined, known?: number) => {
      const offer = offered(line("v", startedAt), known === undefined ? [] : [shownEntry("v", known)]);
      return (offer[0]![1] as ListedValue).startedAt;
    };

    it("is when its run began, or else when it was first listed", () => {
      expect([startOf(now), startOf(undefined), startOf(undefined, 3)]).toEqual([now, 7, 3]);
      expect([startOf(20, 3), startOf(now, 3)]).toEqual([20, now]);
    });

    it("is never in the future: then the one before, or now", () => {
      expect([startOf(now + 1), startOf(now + 1, 3), startOf(now + 1, now + 5)]).toEqual([now, 3, now]);
    });
  });
});
