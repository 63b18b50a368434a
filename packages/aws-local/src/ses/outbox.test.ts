import { expect, it } from "vitest";
import { createBus } from "../bus/bus.ts";
import { virtualClock } from "../clock/clock.ts";
import { memoryStore } from "../store/memory-store.ts";
import { createSes } from "./ses.ts";
import { NEW_YEAR, noFailures, rawMail } from "./testing/ses.ts";

it("keeps the mails after a kill, and puts the remaining events", async () => {
  const store = memoryStore();
  const clock = virtualClock(NEW_YEAR);
  let tried = 0;
  const putEvents = async () => {
    tried++;
    throw new Error("the bus cannot write");
  };
  const first = createSes({ clock, store, putEvents });
  await first.sendRaw(rawMail("Subject: kept", "", "t"), { from: "a@example.com", to: ["b@example.com"] });
  await first.idle();
  await clock.advance(1_000);
  await first.idle();
  expect(tried).toBe(2);
  const left = store.fork();
  await first.close();
  const put: (string | undefined)[] = [];
  const second = createSes({
    clock,
    store: left,
    async putEvents(entries) {
      put.push(...entries.map(({ DetailType }) => DetailType));
      return noFailures;
    },
  });
  expect(second.mailbox.list().map(({ subject }) => subject)).toEqual(["kept"]);
  second.resume();
  await second.idle();
  expect(put).toEqual(["Email Sent", "Email Delivered"]);
  second.resume();
  await second.idle();
  expect(put).toHaveLength(2);
});

it("tries once a second to put what the bus refuses, however many mails come meanwhile", async () => {
  const clock = virtualClock(NEW_YEAR);
  let tried = 0;
  const putEvents = async () => {
    tried++;
    throw new Error("the bus cannot write");
  };
  const ses = createSes({ clock, store: memoryStore(), putEvents });
  for (let n = 0; n < 5; n++) {
    await ses.sendRaw(rawMail("Subject: s", "", "t"), { from: "a@example.com", to: ["b@example.com"] });
    await ses.idle();
  }
  tried = 0;
  await clock.advance(1_000);
  await ses.idle();
  expect(tried).toBe(1);
  await ses.close();
  await clock.advance(10_000);
  expect(tried).toBe(1);
});

it("reaches the targets of rules on the default bus", async () => {
  const clock = virtualClock(NEW_YEAR);
  const store = memoryStore();
  const taken: object[] = [];
  const bus = await createBus({
    clock,
    store,
    targetOf: () => async (event: object) => void taken.push(event),
  });
  await bus.operations.PutRule({
    Name: "mail",
    EventPattern: '{"source":["aws.ses"],"detail-type":["Email Bounced"]}',
  });
  await bus.operations.PutTargets({ Rule: "mail", Targets: [{ Id: "t", Arn: "arn:fn" }] });
  const ses = createSes({ clock, store, putEvents: bus.putEvents });
  const to = ["bounce@simulator.amazonses.com"];
  await ses.sendRaw(rawMail("Subject: s", "", "t"), { from: "a@example.com", to });
  await ses.idle();
  await bus.idle();
  expect(taken).toEqual([
    expect.objectContaining({
      source: "aws.ses",
      "detail-type": "Email Bounced",
      detail: expect.objectContaining({ eventType: "Bounce" }),
    }),
  ]);
  await bus.close();
});

it("retries an event that the bus could not store, but not one that it never will", async () => {
  const clock = virtualClock(NEW_YEAR);
  const store = memoryStore();
  const answers = ["InternalFailure", "ThrottlingException", "MalformedDetail"];
  let tried = 0;
  const ses = createSes({
    clock,
    store,
    async putEvents() {
      const failure = { ErrorCode: answers[tried++]!, ErrorMessage: "" };
      return { FailedEntryCount: 1, Entries: [failure] };
    },
  });
  await ses.sendRaw(rawMail("Subject: s", "", "t"), { from: "a@example.com", to: ["b@example.com"] });
  for (let second = 0; second < 5; second++) {
    await ses.idle();
    await clock.advance(1_000);
  }
  expect(tried).toBe(3);
  expect([...store.list({ prefix: ["ses", "event"] })]).toEqual([]);
  await ses.close();
});
