import type { DeadLetter } from "@callboard/core";
import { expect, it } from "vitest";
import {
  deniedAction,
  findingOfDeadLetter,
  findingOfError,
  findingOfFailure,
  findingOfLateness,
  findingOfSilence,
  functionOf,
} from "./finding.ts";

const denied = (action: string) =>
  `User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: ${action} on resource: arn:aws:x because no identity-based policy allows the ${action} action`;

const letter = (detailType: string, reason: DeadLetter["reason"], kind: DeadLetter["kind"] = "failed") =>
  ({
    id: "1",
    kind,
    event: { id: "e", detailType, source: "x", time: "2026-01-01T00:00:00Z", about: "check/1" },
    reason,
    remedy: "resend",
  }) satisfies DeadLetter;

it.each([
  ["dynamodb:PutItem", denied("dynamodb:PutItem")],
  ["execute-api:ManageConnections", denied("execute-api:ManageConnections")],
  ["states:StartExecution", `${denied("states:StartExecution")} (Service: AWSStepFunctions)`],
  [undefined, "Requested resource not found"],
  [undefined, undefined],
])("reads the action %s from AWS's message", (action, message) => {
  expect(deniedAction(message)).toBe(action);
});

it.each([
  ["Progress Reported", "ingest"],
  ["Feedback Requested", "ingest"],
  ["Request Changed", "ingest"],
  ["Reply Accepted", "relay"],
  ["Request Due", "relay"],
  ["Fan-out Page", "fanout"],
  [undefined, "ingest"],
])("knows the function that handles %s: %s", (type, fn) => {
  expect(functionOf(type)).toBe(fn);
});

it("names the function and the permission of a dead letter", () => {
  const reason = { code: "AccessDeniedException", message: denied("states:SendTaskSuccess") };
  expect(findingOfDeadLetter(letter("Reply Accepted", reason))).toMatchObject({
    what: expect.stringContaining("relay failed on Reply Accepted: AccessDeniedException"),
    cause: "the role of relay lacks states:SendTaskSuccess",
    look: expect.stringContaining("the policy of the role of relay"),
  });
});

it.each([
  ["BadEvent", /callboard\.check publish about check\//],
  ["OtherLayoutError", /another layout/],
  ["ResourceNotFoundException", /does not exist/],
  ["AccessDeniedException", /lacks a permission/],
  ["TypeError", /ingest itself/],
])("explains the error %s of a function", (code, cause) => {
  const found = findingOfDeadLetter(letter("Feedback Requested", { code }));
  expect([found.what, found.cause]).toEqual([
    `ingest failed on Feedback Requested: ${code}`,
    expect.stringMatching(cause),
  ]);
});

it("names the rule that could not deliver an event", () => {
  const reason = { code: "NO_PERMISSIONS", rule: "callboard/relay" };
  expect(findingOfDeadLetter(letter("Reply Accepted", reason, "undelivered"))).toMatchObject({
    what: "the bus could not deliver Reply Accepted to relay: NO_PERMISSIONS",
    cause: "the rule callboard/relay may not invoke relay, or relay does not exist",
  });
});

it("says why and where the execution failed", () => {
  const failure = { status: "FAILED", state: "Report", error: "EventBridge.AccessDeniedException" };
  expect(findingOfFailure({ ...failure, cause: denied("events:PutEvents") })).toMatchObject({
    what: expect.stringContaining("FAILED in its state Report: EventBridge.AccessDeniedException"),
    cause: "the role of the state machine lacks events:PutEvents",
  });
  expect(
    findingOfFailure({ status: "ABORTED", state: undefined, error: undefined, cause: undefined }),
  ).toMatchObject({
    what: "the execution ended as ABORTED",
    cause: expect.stringContaining("stopped the execution"),
  });
});

it("reports a failure without traces, and what it needs to find more", () => {
  expect(findingOfSilence("x", "relay", true).cause).toContain("bus rule for relay is missing or disabled");
  expect(findingOfSilence("x", "relay", false).look).toContain("UNDELIVERED_QUEUE_URL");
});

it("distinguishes the command's credentials from the deployment's", () => {
  expect(findingOfError(new Error(denied("states:DescribeExecution"))).cause).toBe(
    "the credentials of this command lack states:DescribeExecution",
  );
  expect(findingOfError("no")).toMatchObject({ what: "Error: no" });
  expect(findingOfLateness(6250).what).toBe("the execution resumed only after 6.3 s");
});
