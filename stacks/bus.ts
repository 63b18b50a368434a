import { type BusFunction, busRules, eventTypesWithTokens } from "@callboard/functions/deployment";
import { busPolicy } from "./bus-policy.ts";
import { pascal } from "./functions.ts";
import { longestName, stageName } from "./names.ts";
import type { Settings } from "./settings.ts";

const day = 24 * 3600;

/** A queue in which what failed is kept for two weeks, for somebody to look at and send again. */
const deadLetterQueue = (name: string) =>
  new aws.sqs.Queue(name, {
    name: stageName(longestName.queue, name),
    messageRetentionSeconds: 14 * day,
    sqsManagedSseEnabled: true,
  });

/** Every event but those that carry task tokens, which an archive or a log would keep beyond their time. */
export const withoutTokens = JSON.stringify({ "detail-type": [{ "anything-but": eventTypesWithTokens }] });

/** The bus, who may publish on it, its archive, and the queues of both ends of every asynchronous path. */
export function bus(settings: Settings) {
  const own = settings.busName
    ? aws.cloudwatch.EventBus.get("Bus", settings.busName)
    : new aws.cloudwatch.EventBus("Bus", { name: stageName(longestName.bus) });

  /** EventBridge could not hand an event over. */
  const undelivered = deadLetterQueue("UndeliveredEvents");
  /** A function was given an event and failed. */
  const failed = deadLetterQueue("FailedInvocations");

  new aws.cloudwatch.EventArchive("Archive", {
    name: stageName(longestName.archive),
    eventSourceArn: own.arn,
    retentionDays: settings.production ? 30 : 3,
    eventPattern: withoutTokens,
  });

  return { own, undelivered, failed };
}

export type BusParts = ReturnType<typeof bus>;

/** Who speaks in a stage's name: the roles of Callboard's functions, and those of a workflow that is deployed with it. */
export interface Speakers {
  readonly functionRoles: $util.Input<string>[];
  /** A source of a workflow of the stage's own, and the roles that put its events. */
  readonly own: readonly { readonly source: string; readonly roles: $util.Input<string>[] }[];
}

/**
 * Who may put events: each publisher under its own source alone, and Callboard's own source nobody but its functions.
 * What a source's subjects may begin with is checked by `ingest`, since EventBridge's policies cannot look into details.
 * Returns the policy of a bus that was there before, which is its owner's to set: a bus has one policy.
 */
export function publishers(
  { own }: BusParts,
  { publishers, operators, busName }: Settings,
  speakers: Speakers,
): $util.Output<string> | undefined {
  const policy = $util
    .all([
      own.arn,
      $util.all(speakers.functionRoles),
      $util.all(
        speakers.own.map(({ source, roles }) =>
          $util.all(roles).apply((principals) => ({ source, principals })),
        ),
      ),
    ])
    .apply(([bus, functionRoles, sources]) =>
      busPolicy({ bus, functionRoles, publishers, own: sources, operators }),
    );
  if (busName) return policy;
  new aws.cloudwatch.EventBusPolicy("BusPolicy", { eventBusName: own.name, policy });
  return undefined;
}

/** A rule by the names that its metrics have: none of a bus means the account's default one. */
export interface BusRuleMade {
  readonly name: string;
  readonly rule: $util.Output<string>;
  readonly bus?: $util.Output<string>;
}

/** The rules, each with its function, a retry policy and dead letters. */
export function rules(
  { own, undelivered }: BusParts,
  { serverlessVideo }: Settings,
  stateMachineArns: $util.Input<string>[],
  functions: Record<BusFunction, sst.aws.Function>,
): BusRuleMade[] {
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
      const eventRule = new aws.cloudwatch.EventRule(name, {
        name: stageName(longestName.rule, name),
        eventBusName,
        eventPattern,
      });
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
      return { name, eventRule, own: rule.bus === "callboard" };
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
          Condition: { ArnEquals: { "aws:SourceArn": made.map(({ eventRule }) => eventRule.arn) } },
        },
      ],
    }),
  });
  return made.map(({ name, eventRule, own: isOwn }) => ({
    name,
    rule: eventRule.name,
    ...(isOwn ? { bus: own.name } : {}),
  }));
}
