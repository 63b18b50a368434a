import { arnOf, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import { readMessageAttributes } from "../sqs/message-attributes.ts";
import type { Publishing } from "./publish.ts";
import { PROTOCOLS, type Protocol, type Subscription, type Topics } from "./topics.ts";

type Input = Readonly<Record<string, unknown>>;

const MAX_TOPICS = 1_000;
const MAX_SUBSCRIPTIONS = 100;
const MAX_SUBJECT_LENGTH = 100;
const PAGE = 100;

export interface SnsOperationsOptions {
  readonly topics: Topics;
  readonly place: Place;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly publish: (topicArn: string, message: Publishing) => Promise<string>;
}

/** The embedded part of SNS's API, by operation name. */
export function snsOperations({ topics, place, clock, newId, publish }: SnsOperationsOptions) {
  const existing = (input: Input, field = "TopicArn"): string => {
    const arn = text(input, field);
    if (topics.has(arn)) return arn;
    throw new AwsError("NotFound", "Topic does not exist", 404);
  };

  return {
    async CreateTopic(input: Input) {
      const name = text(input, "Name");
      if (!/^[\w-]{1,256}$/.test(name))
        throw invalid("Name: letters, digits, hyphens and underscores; FIFO topics are not here");
      const arn = arnOf(place, "sns", name);
      if (!topics.has(arn) && topics.list().length >= MAX_TOPICS)
        throw new AwsError("TopicLimitExceeded", `There are ${MAX_TOPICS} topics already.`, 403);
      await topics.add(arn, clock.now());
      return { TopicArn: arn };
    },

    async DeleteTopic(input: Input) {
      await topics.remove(text(input, "TopicArn"));
      return {};
    },

    async ListTopics(input: Input) {
      return page(
        input,
        "Topics",
        topics.list().map((TopicArn) => ({ TopicArn })),
      );
    },

    async Subscribe(input: Input) {
      const topicArn = existing(input);
      const protocol = PROTOCOLS.find((one) => one === input.Protocol);
      if (!protocol) throw invalid(`Protocol: one of ${PROTOCOLS.join(", ")} here`);
      const endpoint = text(input, "Endpoint");
      checkEndpoint(protocol, endpoint);
      const { RawMessageDelivery: raw, ...others } = isObject(input.Attributes) ? input.Attributes : {};
      const other = Object.keys(others)[0];
      if (other !== undefined) throw invalid(`Attributes: ${other} is not here`);
      if (raw !== undefined && raw !== "true" && raw !== "false")
        throw invalid("Attributes: RawMessageDelivery must be true or false");
      const subscription: Subscription = {
        arn: `${topicArn}:${newId()}`,
        topicArn,
        protocol,
        endpoint,
        raw: raw === "true",
      };
      const there = await topics.subscribe(subscription, MAX_SUBSCRIPTIONS);
      if (there === "full")
        throw new AwsError(
          "SubscriptionLimitExceeded",
          `There are ${MAX_SUBSCRIPTIONS} subscriptions already.`,
          403,
        );
      if (raw !== undefined && there.raw !== subscription.raw)
        throw invalid("Attributes Reason: Subscription already exists with different attributes");
      return { SubscriptionArn: there.arn };
    },

    async Unsubscribe(input: Input) {
      await topics.unsubscribe(text(input, "SubscriptionArn"));
      return {};
    },

    async ListSubscriptionsByTopic(input: Input) {
      const listed = topics.subscriptions(existing(input)).map(({ arn, topicArn, protocol, endpoint }) => ({
        SubscriptionArn: arn,
        Owner: place.accountId,
        Protocol: protocol,
        Endpoint: endpoint,
        TopicArn: topicArn,
      }));
      return page(input, "Subscriptions", listed);
    },

    async Publish(input: Input) {
      const topicArn = existing(input, input.TopicArn === undefined ? "TargetArn" : "TopicArn");
      const message = text(input, "Message");
      const subject = optionalText(input, "Subject");
      if (subject !== undefined && (subject.length > MAX_SUBJECT_LENGTH || /[\n\r]/.test(subject)))
        throw invalid(`Subject: one line of at most ${MAX_SUBJECT_LENGTH} characters`);
      const attributes = readMessageAttributes(input.MessageAttributes);
      const byProtocol = input.MessageStructure === "json" ? readByProtocol(message) : undefined;
      return { MessageId: await publish(topicArn, { message, subject, attributes, byProtocol }) };
    },
  };
}

function readByProtocol(message: string): Readonly<Record<string, string>> {
  try {
    const read: unknown = JSON.parse(message);
    if (isObject(read) && typeof read.default === "string") return read as Record<string, string>;
  } catch {
    // The error follows below.
  }
  throw invalid("Message Structure - JSON message body with a text named default is required");
}

function checkEndpoint(protocol: Protocol, endpoint: string): void {
  const isRight = {
    lambda: () => /^arn:aws[^:]*:lambda:/.test(endpoint),
    sqs: () => /^arn:aws[^:]*:sqs:/.test(endpoint),
    email: () => /^[^\s@]+@[^\s@]+$/.test(endpoint),
  }[protocol]();
  if (!isRight) throw invalid(`Endpoint: an ${protocol === "email" ? "address" : `ARN of ${protocol}`}`);
}

function page(input: Input, name: string, items: readonly object[]): object {
  const from = Number(optionalText(input, "NextToken") ?? 0);
  if (!Number.isInteger(from) || from < 0) throw invalid("NextToken");
  const next = from + PAGE < items.length ? { NextToken: String(from + PAGE) } : {};
  return { [name]: items.slice(from, from + PAGE), ...next };
}

function text(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value !== undefined && value !== "") return value;
  throw invalid(`${name}: missing`);
}

function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalid(`${name}: must be text`);
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);
}
