import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";

/** An attribute of a message, of a queue or a topic: `{DataType: "Number", StringValue: "7"}`; bytes are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** The attributes of a message, by their names. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** Senders may add a label to a type: `Number.int`. */
const TYPE = /^(String|Number|Binary)(\.|$)/;

/**
 * Reads the attributes of a message. Throws `InvalidParameterValue`, which names the attribute and never its value.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html
 */
export function readMessageAttributes(given: unknown): MessageAttributes {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw invalid("MessageAttributes must be an object of attributes by their names");
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, given: unknown): MessageAttribute {
  const { DataType, StringValue, BinaryValue } = isObject(given) ? given : {};
  const [, kind] = (typeof DataType === "string" && TYPE.exec(DataType)) || [];
  if (!kind)
    throw invalid(`The DataType of the message attribute '${name}' must be String, Number or Binary`);
  const [field, value] = kind === "Binary" ? ["BinaryValue", BinaryValue] : ["StringValue", StringValue];
  if (typeof value !== "string" || value === "")
    throw invalid(`The message attribute '${name}' must have a ${field} that is not empty`);
  if (kind === "Number" && !Number.isFinite(Number(value)))
    throw invalid(`The StringValue of the message attribute '${name}' must be a number`);
  return { DataType: DataType as string, [field as string]: value };
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValue", message);
