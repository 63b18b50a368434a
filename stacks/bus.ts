import { type BusFunction, busRules, eventTypesWithTokens } from "@callboard/functions/deployment";
import { busPolicy } from "./bus-policy.ts";
import { pascal } from "./functions.ts";
import { type Known, when } from "./known.ts";
import { longestName, type Names } from "./names.ts";
import type { Settings } from "./settings.ts";

const day = 24 * 3600;

/** A queue in which what failed is kept for two weeks, for somebody to look at and send again. */
const deadLetterQueue = ({ inStack, stageName }: Names, name: string) =>
  new aws.sqs.Queue(inStack(name), {
    name: stageName(longestName.queue, name),
    messageRetentionSeconds: 14 * day,
    sqsManagedSseEnabled: true,
  });

/** Every event but those that carry task tokens, which an archive or a log would keep beyond their time. */
export const withoutTokens = JSON.stringify({ "detail-type": [{ "anything-but": eventTypesWithTokens }] });

/** A bus by what is known of any. */
export interface AnyBus {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
}

/** The bus, its archive, and the queues of both ends of every asynchronous path. `given` is one that somebody has. */
export function bus(names: Names, settings: Settings, known: Known<Settings>, given?: AnyBus) {
  const { inStack, stageName } = names;
  const own: AnyBus =
    given ??
    (settings.busName
      ? aws.cloudwatch.EventBus.get(
          inStack("Bus"),
          when(known, ({ busName }) => busName!),
        )
      : new aws.cloudwatch.EventBus(inStack("Bus"), { name: stageName(longestName.bus) }));

  /** EventBridge could not hand an event over. */
  const undelivered = deadLetterQueue(names, "UndeliveredEvents");
  /** A function was given an event and failed. */
  const failed = deadLetterQueue(names, "FailedInvocations");

  new aws.cloudwatch.EventArchive(inStack("Archive"), {
    name: stageName(longestName.archive),
    eventSourceArn: own.arn,
    retentionDays: settings.production ? 30 : 3,
    eventPattern: withoutTokens,
  });

  return { own, isGiven: given !== undefined || settings.busName !== undefined, undelivered, failed };
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
 * Returns the policy. That of a bus that was there before is its owner's to set, since a bus has one.
 */
export function publishers(
  { inStack }: Names,
  { own, isGiven }: BusParts,
  known: Known<Settings>,
  speakers: Speakers,
): $util.Output<string> {
  const policy = $util
    .all([
      own.arn,
      when(known, (all) => all),
      $util.all(speakers.functionRoles),
      $util.all(
        speakers.own.map(({ source, roles }) =>
          $util.all(roles).apply((principals) => ({ source, principals })),
        ),
      ),
    ])
    .apply(([bus, { publishers, operators, inTheirWords }, functionRoles, sources]) =>
      busPolicy({ bus, functionRoles, publishers, own: sources, operators }, inTheirWords),
    );
  if (!isGiven) new aws.cloudwatch.EventBusPolicy(inStack("BusPolicy"), { eventBusName: own.name, policy });
  return policy;
}

/** A rule by the names that its metrics have: none of a bus means the account's default one. */
export interface BusRuleMade {
  readonly name: string;
  readonly rule: $util.Output<string>;
  readonly bus?: $util.Output<string>;
}

/** A rule on the account's default bus of a workflow that is deployed with Callboard. */
export interface WorkflowRule {
  readonly name: string;
  readonly pattern: $util.Output<string>;
  readonly target: sst.aws.Function;
}

/** The rules, each with its function, a retry policy and dead letters. */
export function rules(
  { inStack, stageName }: Names,
  { own, undelivered }: BusParts,
  { serverlessVideo, mailFrom }: Settings,
  stateMachineArns: $util.Output<string[]>,
  functions: Record<BusFunction, sst.aws.Function>,
  ofWorkflow: readonly WorkflowRule[],
): BusRuleMade[] {
  const ownRules = busRules([])
    .filter(({ only }) => serverlessVideo || only !== "serverless-video")
    .filter(({ only }) => mailFrom !== undefined || only !== "mail")
    .map((rule) => ({
      ...rule,
      target: functions[rule.target],
      // The pattern names the state machines, some of which are made with it.
      pattern: stateMachineArns.apply((arns) =>
        JSON.stringify(busRules(arns).find((one) => one.name === rule.name)!.pattern),
      ),
    }));
  const others = ofWorkflow.map((rule) => ({
    ...rule,
    bus: "default" as const,
    inputTransformer: undefined,
  }));
  const made = [...ownRules, ...others].map(
    ({ pattern: eventPattern, target: fn, inputTransformer, ...rule }) => {
      const name = `Rule${pascal(rule.name)}`;
      const eventBusName = rule.bus === "callboard" ? own.name : "default";
      const eventRule = new aws.cloudwatch.EventRule(inStack(name), {
        name: stageName(longestName.rule, name),
        eventBusName,
        eventPattern,
      });
      new aws.cloudwatch.EventTarget(inStack(`${name}Target`), {
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
      new aws.lambda.Permission(inStack(`${name}Permission`), {
        action: "lambda:InvokeFunction",
        function: fn.arn,
        principal: "events.amazonaws.com",
        sourceArn: eventRule.arn,
      });
      return { name, eventRule, own: rule.bus === "callboard" };
    },
  );
  new aws.sqs.QueuePolicy(inStack("UndeliveredEventsPolicy"), {
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
