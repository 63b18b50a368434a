import { expect, it } from "vitest";
import { type BusPolicyParts, busPolicy } from "../../stacks/bus-policy.ts";

const parts: BusPolicyParts = {
  bus: "arn:aws:events:us-east-1:123456789012:event-bus/b",
  functionRoles: ["arn:aws:iam::123456789012:role/Ingest"],
  publishers: [],
  own: [],
  operators: [],
};

const statements = (more: Partial<BusPolicyParts>) =>
  (JSON.parse(busPolicy({ ...parts, ...more })) as { Statement: { Sid: string; Condition: object }[] })
    .Statement;

it("denies Callboard's source to others even if there are no publishers", () => {
  expect(statements({}).map(({ Sid }) => Sid)).toEqual(["CallboardAlone"]);
});

it("names an account's root as the account", () => {
  const [, bound] = statements({
    publishers: [{ principal: "arn:aws:iam::210987654321:root", source: "orders" }],
  });
  expect(bound!.Condition).toEqual({
    "ForAnyValue:StringEquals": { "events:source": "orders" },
    StringNotEquals: { "aws:PrincipalAccount": ["210987654321"] },
  });
});

it("binds a source that is published by a named role and by the stage's own once, to both", () => {
  const named = "arn:aws:iam::123456789012:role/mine";
  const own = { source: "callboard.workflow", principals: ["arn:aws:iam::123456789012:role/PostProcessing"] };
  const bound = statements({ publishers: [{ principal: named, source: own.source }], own: [own] });
  expect(bound.map(({ Sid }) => Sid)).toEqual(["CallboardPublisher1", "CallboardSource1", "CallboardAlone"]);
  expect(bound[1]!.Condition).toMatchObject({
    ArnNotEquals: { "aws:PrincipalArn": [named, ...own.principals] },
  });
});

it("names the setting that makes it longer than EventBridge allows", () => {
  const publishers = Array.from({ length: 30 }, (_, n) => ({
    principal: `arn:aws:iam::123456789012:role/${"team-".repeat(10)}${n}`,
    source: `source-${n}`,
  }));
  expect(() => busPolicy({ ...parts, publishers })).toThrow(
    /CALLBOARD_PUBLISHERS: .* EventBridge takes 10240/,
  );
});
