import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { handler } from "./slack.js";

// The same rule, on one machine: it leads to a queue, and what comes out of it to the function.
const [bus, queues] = [new EventBridgeClient(), new SQSClient()];
const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: "slack" }));
const { Attributes } = await queues.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
);
const rule = { EventBusName: "callboard", Rule: "slack" };
const EventPattern = JSON.stringify({
  source: ["callboard"],
  "detail-type": ["Feedback Opened", "Feedback Reminded", "Feedback Escalated"],
});
await bus.send(new PutRuleCommand({ EventBusName: rule.EventBusName, Name: rule.Rule, EventPattern }));
await bus.send(new PutTargetsCommand({ ...rule, Targets: [{ Id: "slack", Arn: Attributes.QueueArn }] }));
console.log("listening");
for (;;) {
  const { Messages = [] } = await queues.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, VisibilityTimeout: 5 }),
  );
  for (const { Body, ReceiptHandle } of Messages) {
    await handler(JSON.parse(Body)).then(
      () => queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
      ({ message }) => console.error(`${message}; the message comes again`),
    );
  }
}
