import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import {
  BusEvent,
  CandidatesProposed,
  ExecutionStatusChanged,
  FeedbackClosed,
  FeedbackRequested,
  ProgressReported,
} from "./events.ts";
import { leftOutFields } from "./left-out.ts";
import { limits } from "./limits.ts";
import { jsonBytes } from "./text.ts";

const reported = { subject: "order/1", step: "pay", state: "failed", at: 1_767_225_600_000 };
const asked = {
  subject: "order/1",
  thread: "refund",
  round: 1,
  taskToken: "AQCkAAAAKgAAAAMAAAAA",
  prompt: "Refund it?",
  verbs: ["approve", "reject"],
  assignees: ["user/ana"],
};
const progress = (more: object) => ProgressReported.parse({ ...reported, ...more });
const question = (more: object) => FeedbackRequested.parse({ ...asked, ...more });
const fails = (schema: z.ZodMiniType, value: object) =>
  z.safeParse(schema, value).error?.issues.map(({ path }) => path.join("."));

describe("a report of a failure is accepted", () => {
  it.each([
    ["a stack trace as its cause", "at com.shop.Pay.charge(Pay.java:17)\n".repeat(150)],
    ["the longest cause of Step Functions", "x".repeat(32_768)],
    ["a cause in Chinese", "漢".repeat(5000)],
    ["a cause of emoji", "👩‍👩‍👧‍👦".repeat(2000)],
    ["a cause of control characters", "\u0001".repeat(5000)],
  ])("with %s", (_, cause) => {
    const { state, cause: left = "" } = progress({ cause });
    expect([state, left.endsWith("…"), cause.startsWith(left.slice(0, -1))]).toEqual(["failed", true, true]);
    expect(jsonBytes(left)).toBeLessThanOrEqual(limits.causeBytes);
    expect(jsonBytes(left)).toBeGreaterThan(limits.causeBytes - 40);
  });

  it("with a message of 301 characters, or a longer title, which are cut", () => {
    const { message, title } = progress({ message: "x".repeat(301), title: "y".repeat(5000) });
    expect([message, title]).toEqual([`${"x".repeat(299)}…`, `${"y".repeat(299)}…`]);
    expect(progress({ message: "x".repeat(300) }).message).toBe("x".repeat(300));
  });

  it("with data over its limit, of which only the fields that Callboard reads are kept", () => {
    const avatar = { object: { key: "avatars/1.png", mediaType: "image/png" } };
    const data = { log: "x".repeat(9000), title: "t".repeat(400), avatar, step: "pay", more: 1 };
    expect(progress({ data }).data).toEqual({
      truncated: true,
      title: `${"t".repeat(299)}…`,
      avatar,
      step: "pay",
    });
    const endless = { title: "A title", step: "x".repeat(9000) };
    expect(progress({ data: endless }).data).toEqual({ truncated: true, title: "A title" });
    expect(progress({ data: { log: "x".repeat(8000) } }).data).toEqual({ log: "x".repeat(8000) });
  });

  it.each([
    ["message", ["x"]],
    ["message", 7],
    ["cause", 7],
    ["percent", "forty"],
    ["percent", {}],
    ["title", {}],
    ["title", " "],
    ["data", "all of it"],
    ["data", [1]],
  ])("with an invalid %s (%j), which is left out and reported", (field, value) => {
    const told = { ...reported, [field]: value };
    expect(progress(told)).toEqual(progress({}));
    expect(leftOutFields(told, progress(told))).toEqual([field]);
  });

  it("with fields that are null, which count as absent", () => {
    const fields = ["attempt", "percent", "title", "message", "data", "cause", "owners", "execution"];
    const told = { ...reported, ...Object.fromEntries(fields.map((field) => [field, null])) };
    expect(progress(told)).toEqual(progress({}));
    expect(leftOutFields(told, progress(told))).toEqual([]);
    expect(progress({ title: "" }).title).toBeUndefined();
  });

  it("with an error object as its cause, which becomes JSON text", () => {
    const cause = { Error: "Boom", Cause: "x".repeat(9000) };
    const { cause: left = "" } = progress({ cause });
    expect(left.startsWith('{"Error":"Boom","Cause":"xxx')).toBe(true);
    expect(jsonBytes(left)).toBeLessThanOrEqual(limits.causeBytes);
  });

  it("with an invalid title, picture or video in its data, and keeps the other fields", () => {
    const picture = { object: { key: "uploads/1.png", mediaType: "image/png" } };
    const media = { object: { key: "videos/1/upload.json", mediaType: "video/mp4" } };
    const told = { ...reported, data: { title: 7, avatar: picture, media, more: 1 } };
    expect(progress(told).data).toEqual({ more: 1 });
    expect(leftOutFields(told, progress(told))).toEqual(["data.title", "data.avatar", "data.media"]);
  });

  it("with 25 owners, of whom the first 20 are kept", () => {
    const owners = Array.from({ length: 25 }, (_, n) => `user/${n}`);
    expect(progress({ owners: ["user/0", ...owners] }).owners).toEqual(owners.slice(0, 20));
  });

  it("with numbers that are written as texts", () => {
    expect(progress({ percent: "40", attempt: "2" })).toMatchObject({ percent: 40, attempt: 2 });
  });

  it("but not with an invalid step, time, attempt or owner", () => {
    for (const more of [{ step: 7 }, { at: null }, { attempt: "x" }, { attempt: 0 }, { owners: ["ana"] }])
      expect(fails(ProgressReported, { ...reported, ...more })?.[0]).toMatch(
        new RegExp(`^${Object.keys(more)[0]}`),
      );
  });
});

it.each([
  [100.00000000000001, 100],
  [101, 100],
  [1e300, 100],
  [Number.POSITIVE_INFINITY, 100],
  [-0.5, 0],
  [-1e-17, 0],
  [33.3, 33.3],
])("shows a step at %d percent as at %d", (percent, shown) => {
  expect(progress({ state: "running", percent }).percent).toBeCloseTo(shown, 10);
});

describe("a question is accepted", () => {
  it("with long texts, which are cut", () => {
    const long = "w".repeat(5000);
    const candidates = [{ id: "a", title: long, description: long, price: 12 }];
    const {
      title,
      prompt,
      labels,
      candidates: shown,
      default: given,
    } = question({
      title: long,
      prompt: long,
      labels: { approve: long, unknown: 7 },
      candidates,
      default: { verb: "approve", comment: long },
    });
    expect([title?.length, prompt.length, given?.comment?.length]).toEqual([300, 1000, 1000]);
    expect(labels).toEqual({ approve: `${"w".repeat(59)}…` });
    expect(shown).toEqual([
      { id: "a", title: `${"w".repeat(299)}…`, description: `${"w".repeat(3999)}…`, price: 12 },
    ]);
    expect(FeedbackClosed.parse({ subject: "order/1", thread: "refund", reason: long }).reason).toHaveLength(
      300,
    );
  });

  it("with candidates that are too large, whose other fields are left out", () => {
    const candidates = [{ id: "a", picture: `data:${"x".repeat(20_000)}`, title: "A", price: 12 }];
    const { source, candidates: shown } = CandidatesProposed.parse({
      subject: "order/1",
      thread: "refund",
      round: 1,
      source: "a model with a long name ".repeat(10),
      candidates,
    });
    expect(shown).toEqual([{ truncated: true, id: "a", title: "A" }]);
    expect(source).toHaveLength(limits.sourceLength);
  });

  it("with a language as POSIX writes it", () => {
    expect(question({ lang: "pt_BR" }).lang).toBe("pt-BR");
    expect(question({ lang: "en_US.UTF-8" }).lang).toBe("en-US");
    expect(question({ lang: "de_DE@euro" }).lang).toBe("de-DE");
    expect(question({ lang: "the usual one" }).lang).toBeUndefined();
  });
});

describe("a question with flaws that can be asked", () => {
  it("is asked without optional fields of a wrong type", () => {
    const told = {
      ...asked,
      title: 7,
      lang: {},
      labels: { approve: " ", reject: 7 },
      candidates: [{ id: "a", title: "A", description: {} }],
    };
    const read = FeedbackRequested.parse(told);
    expect(read).toEqual({ ...asked, labels: {}, candidates: [{ id: "a", title: "A" }] });
    expect(leftOutFields(told, read)).toEqual([
      "title",
      "lang",
      "labels.approve",
      "labels.reject",
      "candidates.0.description",
    ]);
    expect(question({ labels: "Yes" })).toEqual(question({}));
  });

  it("treats null as absent", () => {
    const required = Object.keys(asked);
    const optional = Object.keys(FeedbackRequested.shape).filter((field) => !required.includes(field));
    expect(question(Object.fromEntries(optional.map((field) => [field, null])))).toEqual(question({}));
    for (const field of required)
      expect(fails(FeedbackRequested, { ...asked, [field]: null })).toEqual([field]);
  });

  it("offers each verb once and asks each person once", () => {
    const twice = ["user/ana", "user/bo", "user/ana"];
    const read = question({
      verbs: ["approve", "approve"],
      assignees: twice,
      escalate: { afterSeconds: 60, to: twice },
    });
    expect(read.verbs).toEqual(["approve"]);
    expect([read.assignees, read.escalate?.to]).toEqual([
      ["user/ana", "user/bo"],
      ["user/ana", "user/bo"],
    ]);
    const many = Array.from({ length: 21 }, (_, n) => `user/${n}`);
    expect(fails(FeedbackRequested, { ...asked, assignees: many })).toEqual(["assignees"]);
  });
});

it.each(["   ", "\n\t", "\u00a0\u200b\u2060", "\u3164", ""])(
  "a prompt without a visible character is refused: %j",
  (prompt) => {
    expect(fails(FeedbackRequested, { ...asked, prompt })).toEqual(["prompt"]);
  },
);

it("two candidates with the same id in one event are refused", () => {
  const candidates = [
    { id: "a", title: "A" },
    { id: "a", title: "B" },
  ];
  const proposed = { subject: "order/1", thread: "refund", round: 1 };
  expect(fails(CandidatesProposed, { ...proposed, candidates })).toEqual(["candidates"]);
  expect(fails(FeedbackRequested, { ...asked, candidates })).toEqual(["candidates"]);
  expect(fails(CandidatesProposed, { ...proposed, candidates: candidates.slice(1) })).toBeUndefined();
});

describe("a wait", () => {
  it.each([
    [99_999_999, limits.timeoutSeconds],
    [Number.POSITIVE_INFINITY, limits.timeoutSeconds],
    [90.9, 90],
    [0.2, 1],
    [60, 60],
  ])("of %d seconds becomes %d", (seconds, taken) => {
    const all = question({
      timeoutSeconds: seconds,
      deadlineSeconds: seconds,
      heartbeatSeconds: seconds,
      remindAfterSeconds: seconds,
      escalate: { afterSeconds: seconds, to: ["role/editors"] },
    });
    expect([
      all.timeoutSeconds,
      all.deadlineSeconds,
      all.heartbeatSeconds,
      all.remindAfterSeconds,
      all.escalate?.afterSeconds,
    ]).toEqual(Array(5).fill(taken));
  });

  it.each([0, -1, -0.5, "60", []])("of %j seconds is refused", (seconds) => {
    expect(fails(FeedbackRequested, { ...asked, timeoutSeconds: seconds })).toEqual(["timeoutSeconds"]);
    expect(
      fails(FeedbackRequested, { ...asked, escalate: { afterSeconds: seconds, to: ["user/bo"] } }),
    ).toEqual(["escalate.afterSeconds"]);
  });
});

describe("a time", () => {
  const wrong: [string, number | string][] = [
    ["a millisecond beyond what a date can hold", 8_640_000_000_000_001],
    ["year 1, a zero time of another language", "0001-01-01T00:00:00Z"],
    ["seconds in place of milliseconds", 1_767_225_600],
    ["microseconds in place of milliseconds", 1_767_225_600_000_000],
    ["zero", 0],
    ["before the epoch", "1969-12-31T23:59:59Z"],
    ["the last millisecond of 1999", 946_684_799_999],
    ["the first of 2100", 4_102_444_800_000],
    ["a year of five digits", "+012026-01-01T00:00:00Z"],
    ["a month that does not exist", "2026-13-01T00:00:00Z"],
    ["digits as a text", "1767225600000"],
    ["a lone number that a Date would take", "12"],
    ["infinite", Number.POSITIVE_INFINITY],
  ];
  it.each(wrong)("is refused: %s", (_, at) => {
    expect(fails(ProgressReported, { ...reported, at })).toEqual(["at"]);
  });

  it.each([
    [946_684_800_000, 946_684_800_000],
    [4_102_444_799_999, 4_102_444_799_999],
    ["2026-01-01T00:00:00.250Z", Date.UTC(2026, 0, 1) + 250],
    ["2026-01-01T01:00:00+01:00", Date.UTC(2026, 0, 1)],
    [1_767_225_600_000.123, Date.UTC(2026, 0, 1)],
  ])("is accepted: %j", (at, taken) => {
    expect(progress({ at }).at).toBe(taken);
  });

  it("of the event itself and of an execution follows the same rule", () => {
    const event = {
      id: "e1",
      source: "my.app",
      "detail-type": "Progress Reported",
      time: "2026-01-01T00:00:00Z",
      detail: {},
    };
    expect(fails(BusEvent, event)).toBeUndefined();
    for (const time of ["0001-01-01T00:00:00Z", "soon", "+020260-01-01T00:00:00Z"])
      expect(fails(BusEvent, { ...event, time })).toEqual(["time"]);
    const detail = {
      executionArn: "arn",
      name: "e1",
      status: "FAILED",
      startDate: reported.at,
      stopDate: null,
    };
    expect(fails(ExecutionStatusChanged, detail)).toBeUndefined();
    for (const field of ["startDate", "stopDate", "redriveDate"])
      expect(fails(ExecutionStatusChanged, { ...detail, [field]: 1_767_225_600 })).toEqual([field]);
  });
});
