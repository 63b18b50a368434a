import {
  type BusFunction,
  busRules,
  eventTypesWithTokens,
  SOURCE,
  workflowEventTypes,
} from "@callboard/functions/deployment";
import { pascal } from "./functions.ts";
import type { Publisher, Settings } from "./settings.ts";

const day = 24 * 3600;

/** A queue in which what failed is kept for two weeks, for somebody to look at and send again. */
const deadLetterQueue = (name: string) =>
  new aws.sqs.Queue(name, { messageRetentionSeconds: 14 * day, sqsManagedSseEnabled: true });

/** Every event but those that carry task tokens, which an archive or a log would keep beyond their time. */
export const withoutTokens = JSON.stringify({ "detail-type": [{ "anything-but": eventTypesWithTokens }] });

/** The bus, who may publish on it, its archive, and the queues of both ends of every asynchronous path. */
export function bus(settings: Settings) {
  const own = settings.busName
    ? aws.cloudwatch.EventBus.get("Bus", settings.busName)
    : new aws.cloudwatch.EventBus("Bus", { name: `${$app.name}-${$app.stage}` });

  /** EventBridge could not hand an event over. */
  const undelivered = deadLetterQueue("UndeliveredEvents");
  /** A function was given an event and failed. */
  const failed = deadLetterQueue("FailedInvocations");

  new aws.cloudwatch.EventArchive("Archive", {
    name: `${$app.name}-${$app.stage}`,
    eventSourceArn: own.arn,
    retentionDays: settings.production ? 30 : 3,
    eventPattern: withoutTokens,
  });

  return { own, undelivered, failed };
}

export type BusParts = ReturnType<typeof bus>;

/**
 * Who may put events: each publisher under its own source alone, and Callboard's own source nobody but its functions.
 * What a source's subjects may begin with is checked by `ingest`, since EventBridge's policies cannot look into details.
 */
export function publishers(
  { own }: BusParts,
  { publishers, busName }: Settings,
  functionRoles: $util.Input<string>[],
): void {
  // Who may put events on a bus that was there before is its owner's to say.
  if (busName) return;
  const statements = publishers.map((one, at) => allowed(one, at, own.arn));
  new aws.cloudwatch.EventBusPolicy("BusPolicy", {
    eventBusName: own.name,
    policy: $util.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        ...statements,
        {
          Sid: "CallboardAlone",
          Effect: "Deny",
          Principal: "*",
          Action: "events:PutEvents",
          Resource: own.arn,
          Condition: {
            StringEquals: { "events:source": SOURCE },
            ArnNotEquals: { "aws:PrincipalArn": functionRoles },
          },
        },
      ],
    }),
  });
}

const allowed = ({ principal, source }: Publisher, at: number, bus: $util.Input<string>) => ({
  Sid: `Publisher${at + 1}`,
  Effect: "Allow",
  Principal: { AWS: /^\d+$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal },
  Action: "events:PutEvents",
  Resource: bus,
  Condition: {
    StringEquals: {
      "events:source": source,
      "events:detail-type": workflowEventTypes,
    },
  },
});

/** The rules, each with its function, a retry policy and dead letters. */
export function rules(
  { own, undelivered }: BusParts,
  { serverlessVideo }: Settings,
  stateMachineArns: $util.Input<string>[],
  functions: Record<BusFunction, sst.aws.Function>,
): void {
  const machines = $util.all(stateMachineArns);
  const made = busRules([])
    .filter(({ only }) => serverlessVideo || only !== "serverless-video")
    .filter(({ only }) => stateMachineArns.length > 0 || only !== "state-machines")
    .map((rule) => {
      const name = `Rule${pascal(rule.name)}`;
      const fn = functions[rule.target];
      const eventBusName = rule.bus === "callboard" ? own.name : "default";
      // The pattern names the state machines, some of which are made with it.
      const eventPattern = machines.apply((arns) =>
        JSON.stringify(busRules(arns).find((one) => one.name === rule.name)!.pattern),
      );
      const eventRule = new aws.cloudwatch.EventRule(name, { eventBusName, eventPattern });
      const { inputTransformer } = rule;
      new aws.cloudwatch.EventTarget(`${name}Target`, {
        rule: eventRule.name,
        eventBusName,
        arn: fn.arn,
        retryPolicy: { maximumEventAgeInSeconds: day, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: undelivered.arn },
        ...(inputTransformer
          ? {
              inputTransformer: {
                inputPaths: { ...inputTransformer.InputPathsMap },
                inputTemplate: inputTransformer.InputTemplate,
              },
            }
          : {}),
      });
      new aws.lambda.Permission(`${name}Permission`, {
        action: "lambda:InvokeFunction",
        function: fn.arn,
        principal: "events.amazonaws.com",
        sourceArn: eventRule.arn,
      });
      return eventRule;
    });
  new aws.sqs.QueuePolicy("UndeliveredEventsPolicy", {
    queueUrl: undelivered.url,
    policy: $util.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: undelivered.arn,
          Condition: { ArnEquals: { "aws:SourceArn": made.map(({ arn }) => arn) } },
        },
      ],
    }),
  });
}
