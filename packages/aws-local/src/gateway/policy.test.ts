import { expect, it } from "vitest";
import { CONNECT_ARN } from "./events.ts";
import { judgePolicy } from "./policy.ts";

const judge = (statement: unknown, context?: unknown) =>
  judgePolicy(
    { principalId: "user/ana", policyDocument: { Version: "2012-10-17", Statement: statement }, context },
    CONNECT_ARN,
    8_192,
  );
const invoke = { Action: "execute-api:Invoke", Resource: CONNECT_ARN };

it("passes the context on as strings, with the principal", () => {
  const context = { name: "Ana", level: 3, admin: false, none: null, principalId: "user/eve" };
  expect(judge({ Effect: "Allow", ...invoke }, context)).toEqual({
    kind: "allowed",
    authorizer: { principalId: "user/ana", name: "Ana", level: "3", admin: "false" },
  });
});

it("understands wildcards in actions and resources", () => {
  const statement = { Effect: "Allow", Action: ["execute-api:*"], Resource: ["arn:aws:*/$connec?"] };
  expect(judge([statement]).kind).toBe("allowed");
  expect(judge([{ ...statement, Resource: "arn:aws:*/other" }]).kind).toBe("denied");
  expect(judge([{ ...statement, Action: "s3:*" }]).kind).toBe("denied");
});

it("denies as soon as one statement denies", () => {
  expect(
    judge([
      { Effect: "Allow", ...invoke },
      { Effect: "Deny", Action: "*", Resource: "*" },
    ]).kind,
  ).toBe("denied");
});

it.each([
  ["nothing", undefined],
  ["a result without a policy", { principalId: "user/ana" }],
  ["a result without a principal", { policyDocument: { Statement: [{ Effect: "Allow", ...invoke }] } }],
])("refuses %s as malformed", (_name, result) => {
  expect(judgePolicy(result, CONNECT_ARN, 8_192).kind).toBe("malformed");
});

it("refuses a nested context and one over 8 KB as malformed", () => {
  expect(judge({ Effect: "Allow", ...invoke }, { roles: ["a"] }).kind).toBe("malformed");
  expect(judge({ Effect: "Allow", ...invoke }, { note: "x".repeat(8_192) }).kind).toBe("malformed");
});
