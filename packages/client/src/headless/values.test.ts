import * as schemas from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { object, readFields, type Shape } from "./read.ts";
import * as light from "./values.ts";

/** The part of a protocol's schema that the comparison uses. */
interface Schema {
  readonly shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>>;
  safeParse(value: unknown): { success: boolean; data?: unknown };
}

const kinds: Readonly<Record<string, readonly [shape: object, schema: unknown]>> = {
  step: [light.step, schemas.StepValue],
  execution: [light.execution, schemas.ExecutionValue],
  fact: [light.fact, schemas.FactValue],
  title: [light.titled, schemas.TitleValue],
  avatar: [light.avatar, schemas.AvatarValue],
  media: [light.media, schemas.MediaValue],
  captions: [light.captions, schemas.CaptionsValue],
  viewers: [light.viewers, schemas.ViewersValue],
  waiting: [light.waiting, schemas.WaitingValue],
  candidate: [light.candidate, schemas.CandidateValue],
  "request of a subject": [light.request, schemas.RequestValue],
  "request in an inbox": [light.wanted, schemas.InboxRequestValue],
  attending: [light.attending, schemas.AttendingValue],
  warning: [light.warning, schemas.WarningValue],
  receipt: [light.receipt, schemas.ReceiptValue],
  "line of a list": [light.listed, schemas.ListedValue],
};

const reply = { verb: "pick", candidateId: "a", source: "Nova", value: { a: 1 }, comment: "c" };
const stored = { key: "avatars/a.png", mediaType: "image/png", url: "https://x/a", expiresAt: 5 };
const wait = { thread: "title", round: 1, since: 1, deadline: 2 };
/** What fits some field of some value, each beside what nearly does. */
const parts: readonly unknown[] = [
  ...["run", "title", "video/v_1", "req_0123456789", "user/ana", "role/editors", "group/x", "a b", ""],
  ...["started", "running", "failed", "aborted", "open", "relayed", "shown", "left", "no_deadline", "pick"],
  ...["x".repeat(64), "x".repeat(65), "x".repeat(300), "x".repeat(301), "user/", "req_short", "avatars/"],
  ...[0, 1, -1, 0.5, 40, 8.64e15, 8.64e15 + 1, 2 ** 53, 1e300, true, null],
  ...[[], ["pick", "reject"], ["pick", 7], ["a", "a b"], ["user/ana"], ["user/ana", null], {}],
  ...[{ pick: "Take it" }, { pick: "" }, { pick: "x".repeat(61) }, { dance: "Dance" }, { pick: 7 }],
  ...[reply, { verb: "dance" }, { ...reply, source: "" }, { ...reply, comment: "c".repeat(1001) }],
  { ...reply, replyId: "r", round: 1, by: { id: "ana", name: "Ana", more: 1 }, at: 5 },
  { ...reply, replyId: "r", round: 1, by: { id: "ana" }, at: 5 },
  ...[
    { id: "ana", name: "Ana" },
    { id: "ana", name: 7 },
  ],
  ...[
    stored,
    { ...stored, key: "uploads/a" },
    { ...stored, key: "avatars/\0" },
    { ...stored, expiresAt: -1 },
    ...["video.mp4", "captions.srt", "upload.json", "a/video.mp4", "\0.mp4"].map((name) => ({
      ...stored,
      key: `videos/v_1/${name}`,
    })),
  ],
  ...[{ req_0123456789: wait }, { req_0123456789: { ...wait, since: "noon" } }, { wait }],
];

const namesOf = (shape: object): string[] => Object.keys(shape).map((name) => name.replace("?", ""));

const question = {
  requestId: "req_0123456789",
  subject: "video/v_1",
  thread: "title",
  round: 1,
  title: "Globe",
  prompt: "Which?",
  lang: "en",
  askedAt: 1,
  deadline: 2,
  remindedAt: 3,
};
/** A value of each kind with all of its fields. */
const whole: Readonly<Record<string, object>> = {
  step: {
    execution: "m:1",
    step: "probe",
    state: "running",
    attempt: 1,
    percent: 40,
    message: "m",
    startedAt: 1,
    at: 2,
    data: { a: [1] },
    cause: "c",
  },
  execution: {
    execution: "m:1",
    state: "failed",
    startedAt: 1,
    endedAt: 2,
    step: "probe",
    message: "m",
    data: {},
    redrive: 1,
    arn: "arn",
    cause: "c",
  },
  fact: { name: "tags", label: "Tags", value: ["a"], version: 3, at: 5 },
  title: { title: "Globe" },
  avatar: { object: stored },
  media: { object: { ...stored, key: "videos/v_1/video.mp4" }, durationMs: 1 },
  captions: { object: { ...stored, key: "videos/v_1/captions.vtt" } },
  viewers: { count: 2 },
  waiting: { requests: { req_0123456789: wait } },
  candidate: {
    thread: "title",
    round: 1,
    by: "Nova",
    id: "a",
    source: "Nova",
    title: "Globe",
    description: "d",
    more: { a: 1 },
  },
  "request of a subject": {
    ...question,
    labels: { pick: "Take it" },
    verbs: ["pick"],
    candidates: ["a"],
    schema: { type: "string" },
    assignees: ["user/ana"],
    maxRounds: 3,
    execution: "m:1",
    default: reply,
    state: "relayed",
    reply: { ...reply, replyId: "r", round: 1, by: { id: "ana", name: "Ana" }, at: 5 },
    reason: "r",
    supersededBy: "req_0123456789",
  },
  "request in an inbox": question,
  attending: {
    requestId: "req_0123456789",
    user: { id: "ana", name: "Ana" },
    state: "shown",
    at: 1,
    until: 2,
  },
  warning: {
    requestId: "req_0123456789",
    execution: "m:1",
    thread: "title",
    code: "no_deadline",
    message: "m",
  },
  receipt: {
    replyId: "r",
    requestId: "req_0123456789",
    subject: "video/v_1",
    thread: "title",
    verb: "pick",
    status: "relayed",
    reason: "r",
    at: 1,
  },
  "line of a list": {
    subject: "video/v_1",
    title: "Globe",
    state: "running",
    waiting: 2,
    object: stored,
    startedAt: 1,
    at: 2,
  },
};

/** A whole value some of whose fields are something else or are missing; now and then any other value. */
const values = (kind: string) => {
  const part = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...parts) }, fc.jsonValue());
  const base = whole[kind] as Record<string, unknown>;
  const names = Object.keys(base);
  const changed = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...names), part, { maxKeys: 2 }),
      fc.subarray(names, { maxLength: Math.min(2, names.length) }),
    )
    .map(([other, missing]) =>
      Object.fromEntries(Object.entries({ ...base, ...other }).filter(([name]) => !missing.includes(name))),
    );
  return fc.oneof({ weight: 9, arbitrary: changed }, fc.jsonValue());
};

/** As JSON keeps it, without the one name that the schemas leave out of records. */
const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value), (name, part) => (name === "__proto__" ? undefined : part));

describe.each(Object.entries(kinds))("the reader of a %s", (kind, [shape, schema]) => {
  const named = schema as Schema;
  const read = object(shape as Shape<object>);

  it("names the fields of its schema", () => {
    expect(namesOf(shape).sort()).toEqual(Object.keys(named.shape).sort());
  });

  it("accepts exactly what its schema accepts, with the same result", () => {
    fc.assert(
      fc.property(values(kind), (value) => {
        const parsed = named.safeParse(value);
        expect(plain(read(value))).toEqual(parsed.success ? plain(parsed.data) : undefined);
      }),
      { numRuns: 300 },
    );
  });

  it("reads the fields of any object that its schema accepts", () => {
    fc.assert(
      fc.property(values(kind), (value) => {
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
        const fitting = Object.entries(isObject ? (value as object) : {})
          .filter(
            ([name, part]) => Object.hasOwn(named.shape, name) && named.shape[name]!.safeParse(part).success,
          )
          .map(([name]) => name);
        expect(Object.keys(readFields(shape as Shape<object>, value).fields).sort()).toEqual(fitting.sort());
      }),
      { numRuns: 300 },
    );
  });
});

it.each(Object.entries(whole))("reads a whole %s as its schema does", (kind, value) => {
  const [shape, schema] = kinds[kind]!;
  expect(object(shape as Shape<object>)({ ...value, later: "unknown" })).toEqual(value);
  expect((schema as Schema).safeParse(value)).toMatchObject({ success: true, data: value });
});

it("reads no inherited property", () => {
  expect(readFields({ constructor: (value: unknown) => value } as never, {})).toEqual({
    fields: {},
    whole: false,
  });
});
