import { expect, it } from "vitest";
import { parseResource } from "./resource.ts";

it.each([
  [
    "arn:aws:states:::events:putEvents.waitForTaskToken",
    "arn:aws:states:::events:putEvents",
    "waitForTaskToken",
    { resourceType: "events", resource: "putEvents.waitForTaskToken" },
  ],
  [
    "arn:aws:states:::aws-sdk:dynamodb:putItem",
    "arn:aws:states:::aws-sdk:dynamodb:putItem",
    "request",
    { resourceType: "aws-sdk:dynamodb", resource: "putItem" },
  ],
  [
    "arn:aws:states:us-east-1:123456789012:aws-sdk:s3:getObject",
    "arn:aws:states:::aws-sdk:s3:getObject",
    "request",
    { resourceType: "aws-sdk:s3", resource: "getObject" },
  ],
  [
    "arn:aws:states:us-east-1:123456789012:activity:pack",
    "arn:aws:states:us-east-1:123456789012:activity:pack",
    "request",
    { resourceType: "activity", resource: "pack" },
  ],
  [
    "arn:aws:states:::states:startExecution.sync:2",
    "arn:aws:states:::states:startExecution",
    "sync:2",
    { resourceType: "states", resource: "startExecution.sync:2" },
  ],
  [
    "arn:aws:lambda:us-east-1:000000000000:function:hello:live",
    "arn:aws:lambda:us-east-1:000000000000:function:hello:live",
    "request",
    { resource: "arn:aws:lambda:us-east-1:000000000000:function:hello:live" },
  ],
])("reads %s", (text, resource, pattern, details) => {
  expect(parseResource(text)).toMatchObject({ resource, pattern, details });
});
