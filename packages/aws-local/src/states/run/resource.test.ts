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
    "arn:aws:states:::states:startExecution.sync:2",
    "arn:aws:states:::states:startExecution",
    "sync",
    { resourceType: "states", resource: "startExecution.sync:2" },
  ],
  [
    "arn:aws:lambda:us-east-1:000000000000:function:hello:live",
    "lambdaFunction",
    "request",
    { resource: "arn:aws:lambda:us-east-1:000000000000:function:hello:live" },
  ],
])("reads %s", (text, service, pattern, details) => {
  expect(parseResource(text)).toMatchObject({ service, pattern, details });
});
