import { type BusFunction, busRules, eventTypesWithTokens } from "@callboard/functions/deployment";
import { busPolicy } from "./bus-policy.ts";
import { pascal } from "./functions.ts";
import { type Known, when } from "./known.ts";
import { longestName, type Names } from "./names.ts";
import type { Settings } from "./settings.ts";

const DAY_SECONDS = 24 * 3600;

/** A queue that keeps failed events for two weeks, so that somebody can look at them and send them again. */
const deadLetterQueue = ({ inStack, stageName }: Names, name: string) =>
  new aws.sqs.Queue(inStack(name), {
    name: stageName(longestName.queue, name),
    messageRetentionSeconds: 14 * DAY_SECONDS,
    sqsManagedSseEnabled: true,
  });

/** Every event except those with task tokens, which an archive or a log would keep for too long. */
export const withoutTokens = JSON.stringify({ "detail-type": [{ "anything-but": eventTypesWithTokens }] });

/** What is known of any bus. */
export interface AnyBus {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
}

/** The bus, its archive, and the queues of both ends of every asynchronous path. `given` is an existing bus. */
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

  /** Events that EventBridge could not deliver. */
  const undelivered = deadLetterQueue(names, "UndeliveredEvents");
  /** Events that a function got and failed on. */
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

/** The roles that put a stage's events: Callboard's functions, and those of a workflow that is deployed with it. */
export interface Speakers {
  readonly functionRoles: $util.Input<string>[];
  /** A source of a workflow of the stage's own, and the roles that put its events. */
  readonly own: readonly { readonly source: string; readonly roles: $util.Input<string>[] }[];
}

/**
 * Who may put events: each publisher only with its own source, and Callboard's source only its functions. `ingest` checks
 * the prefixes of subjects, because EventBridge's policies cannot look into details. Returns the policy. An existing
 * bus's policy is its owner's to set, because a bus has only one.
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
    .apply(([bus, { publishers, operators, rephrase }, functionRoles, sources]) =>
      busPolicy({ bus, functionRoles, publishers, own: sources, operators }, rephrase),
    );
  if (!isGiven) new aws.cloudwatch.EventBusPolicy(inStack("BusPolicy"), { eventBusName: own.name, policy });
  return policy;
}

/** A rule by the names in its metrics: without a bus name it is on the account's default bus. */
export interface BusRuleMade {
  readonly name: string;
  readonly rule: $util.Output<string>;
  readonly bus?: $util.Output<string>;
}

/** A rule with its one target. */
export interface RuleParts {
  readonly name: string;
  /** Default: the account's default bus. */
  readonly bus?: "callboard" | "default";
  /** As JSON. */
  readonly pattern: $util.Input<string>;
  readonly target: $util.Input<string>;
  /** The target if it is a function; a role gives access to any other target. */
  readonly invokes?: sst.aws.Function;
  readonly role?: $util.Input<string>;
  readonly inputTransformer?: ReturnType<typeof busRules>[number]["inputTransformer"];
}

/** Callboard's own rules, each only if its reason exists. */
export function ownRules(
  { serverlessVideo, mailFrom, smtpUrl }: Settings,
  stateMachineArns: $util.Output<string[]>,
  functions: Readonly<Record<Exclude<BusFunction, "plugins">, sst.aws.Function>> & {
    readonly plugins?: sst.aws.Function;
  },
): RuleParts[] {
  return (
    busRules([])
      .filter(({ only }) => serverlessVideo || only !== "serverless-video")
      // An SMTP server reports nothing about mails later.
      .filter(({ only }) => (mailFrom !== undefined && smtpUrl === undefined) || only !== "mail")
      .flatMap(({ pattern: _, target, ...rule }) => {
        const fn = functions[target];
        // The pattern names state machines, some of which are created with it.
        const pattern = stateMachineArns.apply((arns) =>
          JSON.stringify(busRules(arns).find((one) => one.name === rule.name)!.pattern),
        );
        return fn ? [{ ...rule, pattern, target: fn.arn, invokes: fn }] : [];
      })
  );
}

/** Creates rules, each with its target, a retry policy and dead letters. */
export function rules(
  { inStack, stageName }: Names,
  { own, undelivered }: BusParts,
  all: readonly RuleParts[],
): BusRuleMade[] {
  const made = all.map((rule) => {
    const name = `Rule${pascal(rule.name)}`;
    const eventBusName = rule.bus === "callboard" ? own.name : "default";
    const eventRule = new aws.cloudwatch.EventRule(inStack(name), {
      name: stageName(longestName.rule, name),
      eventBusName,
      eventPattern: rule.pattern,
    });
    const { inputTransformer } = rule;
    new aws.cloudwatch.EventTarget(inStack(`${name}Target`), {
      rule: eventRule.name,
      eventBusName,
      arn: rule.target,
      ...(rule.role ? { roleArn: rule.role } : {}),
      retryPolicy: { maximumEventAgeInSeconds: DAY_SECONDS, maximumRetryAttempts: 185 },
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
    if (rule.invokes)
      new aws.lambda.Permission(inStack(`${name}Permission`), {
        action: "lambda:InvokeFunction",
        function: rule.invokes.arn,
        principal: "events.amazonaws.com",
        sourceArn: eventRule.arn,
      });
    return { name, eventRule, own: rule.bus === "callboard" };
  });
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
