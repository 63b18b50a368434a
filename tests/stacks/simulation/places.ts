import type { Synthesis } from "../../../scripts/synth/resource.ts";
import { get, ofType, one } from "../stage.ts";

const region = "us-east-1";
export const account = "123456789012";
export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** The ARNs of everything that a stage's functions call. */
export function placesOf(stage: Synthesis) {
  const named = (type: string, name?: string) => {
    const { name: logical, inputs } = one(stage, type, name);
    return String(inputs.name ?? logical);
  };
  const table = arnOf("dynamodb", `table/${named("aws:dynamodb/table:Table")}`);
  const bus = arnOf("events", `event-bus/${named("aws:cloudwatch/eventBus:EventBus")}`);
  const defaultBus = arnOf("events", "event-bus/default");
  const bucket = `arn:aws:s3:::${one(stage, "aws:s3/bucket:Bucket", "BucketBucket").inputs.bucket}`;
  const socketApi = one(stage, "aws:apigatewayv2/api:Api", "SocketApiApi").name.toLowerCase();
  const sets = ofType(stage, "aws:sesv2/configurationSet:ConfigurationSet");
  const sender = "board@callboard.example";
  return {
    table,
    bus,
    /** The bus of ServerlessVideo's events. */
    defaultBus,
    bucket,
    connections: arnOf("execute-api", `${socketApi}/$default/POST/@connections`),
    wakeups: arnOf("sqs", named("aws:sqs/queue:Queue", "Wakeups")),
    /** The sender of mails and SES's resources: the verified identity, and the configuration set. */
    mailFrom: sender,
    mail: sets.flatMap(({ inputs }) => [
      arnOf("ses", `identity/${sender}`),
      arnOf("ses", `identity/${sender.split("@")[1]}`),
      arnOf("ses", `configuration-set/${inputs.configurationSetName}`),
    ]),
    /** The parameter with an SMTP server's password, where mails go through one. */
    parameters: ofType(stage, "aws:ssm/parameter:Parameter").map(({ inputs }) =>
      arnOf("ssm", `parameter/${inputs.name}`),
    ),
    /** The name of the state machine that processes videos. */
    processing: named("aws:sfn/stateMachine:StateMachine", "PostProcessing"),
    /** The name of the state machine before the life cycle. */
    recording: named("aws:sfn/stateMachine:StateMachine", "Recording"),
  };
}
export type Places = ReturnType<typeof placesOf>;

/** The policy of a resource, by the type of the resource that sets it. */
export const policyOf = (stage: Synthesis, type: string, name: string): unknown =>
  JSON.parse(String(get(one(stage, type, name).inputs, "policy")));
