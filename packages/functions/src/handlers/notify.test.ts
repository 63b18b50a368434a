import type { DoorClaims } from "@callboard/core";
import { describe, expect, it } from "vitest";
import { busRules } from "../producers/index.ts";
import { busEvent } from "../testing/bus-event.ts";
import { keptLog } from "../testing/spies.ts";
import { type NotifyParts, notifyHandler } from "./notify.ts";

const token = "unsubscribe-of-ana.0123456789";
const claims: DoorClaims = { kind: "unsubscribe", key: "hash-of-ana", door: "mail" };

function setUp(
  opens: (token: string) => DoorClaims | undefined = (one) => (one === token ? claims : undefined),
) {
  const done: unknown[][] = [];
  const { log, metrics } = keptLog();
  const did =
    (what: string) =>
    async (...given: unknown[]) =>
      void done.push([what, ...given]);
  const notify = {
    noticeDue: did("noticeDue"),
    addressClaimed: did("addressClaimed"),
    pauseMail: did("pauseMail"),
  } satisfies NotifyParts["app"]["notify"];
  const doorTokens = { open: async (one: string) => opens(one) };
  return {
    done,
    metrics,
    handler: notifyHandler({ app: { notify }, doorTokens, log, account: "123456789012" }),
  };
}

const own = (type: string, detail: object, account = "123456789012") => ({
  ...busEvent("callboard", type, detail),
  account,
});

it("handles the events that Callboard puts for it", async () => {
  const { handler, done } = setUp();
  await handler(own("Notice Due", { requestId: "req_000000000001" }));
  await handler(own("Address Claimed", { person: "hash-of-ana" }));
  expect(done).toEqual([
    ["noticeDue", "req_000000000001"],
    ["addressClaimed", "hash-of-ana"],
  ]);
});

it("refuses events that another account puts in Callboard's name, and malformed ones", async () => {
  const { handler, done } = setUp();
  await expect(handler(own("Notice Due", { requestId: "req_000000000001" }, "999999999999"))).rejects.toThrow(
    "account",
  );
  await expect(handler(own("Notice Due", { requestId: "nothing" }))).rejects.toThrow("requestId");
  expect(done).toEqual([]);
});

it("counts events that it does not handle", async () => {
  const { handler, done, metrics } = setUp();
  await handler(own("Reply Accepted", { requestId: "req_000000000001", replyId: "r1" }));
  await handler(own("Something Else", {}));
  expect(done).toEqual([]);
  expect(metrics.map(({ name }) => name)).toEqual(["unknown_events", "unknown_events"]);
});

describe("what became of a mail", () => {
  const to = "ana@example.com";
  const headers = (value = `<https://api.example/unsubscribe/${token}>`) => [
    { name: "Subject", value: "Which title?" },
    { name: "List-Unsubscribe", value },
  ];
  const bounced = (bounce: object, mail: object = { headers: headers() }) =>
    busEvent("aws.ses", "Email Bounced", { eventType: "Bounce", mail, bounce });
  const permanent = { bounceType: "Permanent", bouncedRecipients: [{ emailAddress: to, status: "5.1.1" }] };
  const complained = (emailAddress: string, more: object = {}) =>
    busEvent("aws.ses", "Email Complaint Received", {
      eventType: "Complaint",
      mail: { headers: headers() },
      complaint: { complainedRecipients: [{ emailAddress }], ...more },
    });

  it("sends no more mail to an invalid address, whose owner the mail's own token names", async () => {
    const { handler, done } = setUp();
    await handler(bounced(permanent));
    expect(done).toEqual([["pauseMail", "hash-of-ana", to, "bounced"]]);
  });

  it("sends no more mail to a person who complained, however SES writes the address", async () => {
    const { handler, done } = setUp();
    await handler(complained(to));
    await handler(complained(`Ana <${to}>`, { complaintFeedbackType: "abuse" }));
    await handler(
      complained(to, { complaintSubType: "OnAccountSuppressionList", complaintFeedbackType: null }),
    );
    await handler(complained(to, { complaintFeedbackType: "something new" }));
    expect(done).toEqual(Array(4).fill(["pauseMail", "hash-of-ana", to, "complained"]));
  });

  it.each([
    ["passes, such as a full mailbox", bounced({ ...permanent, bounceType: "Transient" })],
    ["is of another sender of the account", bounced(permanent, { headers: [] })],
    ["has none of its headers", bounced(permanent, { headers: [], headersTruncated: true })],
    // https://github.com/opengovsg/postmangovsg/pull/1883, https://github.com/PostHog/posthog/pull/88964
    ["was taken out of the spam again", complained(to, { complaintFeedbackType: "not-spam" })],
    ["failed a check of its sender", complained(to, { complaintFeedbackType: "auth-failure" })],
    ["names nobody", bounced({ bounceType: "Permanent" })],
  ])("changes nothing if it %s, and does not count it as unknown", async (_, event) => {
    const { handler, done, metrics } = setUp();
    await handler(event);
    expect([done, metrics]).toEqual([[], []]);
  });

  it("counts events that do not have SES's form", async () => {
    const { handler, done, metrics } = setUp();
    await handler(bounced({ reason: "?" }));
    await handler(busEvent("aws.ses", "Email Opened", { mail: { headers: headers() } }));
    expect(done).toEqual([]);
    expect(metrics.map(({ name }) => name)).toEqual(["unknown_events", "unknown_events"]);
  });

  it("changes nothing where the token is another stage's, or of an answer", async () => {
    const answer: DoorClaims = {
      kind: "answer",
      requestId: "req_000000000001",
      person: { id: "ana", name: "Ana" },
      as: "user/ana",
      door: "mail",
      until: 1,
    };
    for (const opened of [undefined, answer]) {
      const { handler, done, metrics } = setUp(() => opened);
      await handler(bounced(permanent));
      expect(done).toEqual([]);
      expect(metrics.map(({ name }) => name)).toEqual(["foreign_mails"]);
    }
  });

  it("is brought by a rule of the default bus, where SES sends", () => {
    const rule = busRules([]).find(({ name }) => name === "mail-feedback");
    expect(rule).toMatchObject({ bus: "default", only: "mail", target: "notify" });
  });
});
