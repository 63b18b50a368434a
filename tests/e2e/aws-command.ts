/** A command of the AWS CLI, as it goes over the wire. */
interface AwsCall {
  readonly service: string;
  /** `PutRule` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Options whose value is JSON; any other is text. */
const JSON_OPTIONS = ["Targets", "Entries", "Attributes", "Item"];

/** Reads a line such as `aws events put-rule --name slack`: words, quoted or not, and options with a value each. */
function readAwsCommand(line: string): AwsCall {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  const [aws, service, operation, ...options] = words;
  if (aws !== "aws" || !service || !operation) throw new Error(`no command of the AWS CLI: ${line}`);
  const input: Record<string, unknown> = {};
  for (let at = 0; at < options.length; at += 2) {
    const name = pascal(options[at]!.replace(/^--/, ""));
    const value = options[at + 1]!;
    input[name] = JSON_OPTIONS.includes(name) ? JSON.parse(value) : value;
  }
  return { service, operation: pascal(operation), input };
}

const pascal = (kebab: string): string =>
  kebab.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** How an operation of each service is named, and the version of its JSON protocol. */
const protocols: Readonly<Record<string, readonly [target: string, version: string]>> = {
  dynamodb: ["DynamoDB_20120810", "1.0"],
  events: ["AWSEvents", "1.1"],
  stepfunctions: ["AWSStepFunctions", "1.0"],
};

/**
 * Runs such a line against an endpoint; resolves with the answer, rejects with the service's error. `files` are those
 * that it names as `file://…`.
 */
export async function runAwsCommand(
  endpoint: string,
  line: string,
  files: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { service, operation, input } = readAwsCommand(line);
  const protocol = protocols[service];
  if (!protocol) throw new Error(`not one of ${Object.keys(protocols)}: ${line}`);
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "x-amz-target": `${protocol[0]}.${operation}`,
      "content-type": `application/x-amz-json-${protocol[1]}`,
      // The endpoint distinguishes DynamoDB's tables of different accounts by it.
      authorization: `AWS4-HMAC-SHA256 Credential=callboard/20260101/us-east-1/${service}/aws4_request`,
    },
    body: JSON.stringify(
      Object.fromEntries(
        Object.entries(input).map(([name, value]) => [
          service === "stepfunctions" ? name[0]!.toLowerCase() + name.slice(1) : name,
          files[String(value).replace(/^file:\/\//, "")] ?? value,
        ]),
      ),
    ),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${line}: ${answer}`);
  return answer === "" ? undefined : JSON.parse(answer);
}

/** The commands of a block of a document: those of the AWS CLI, each in one line. */
export const awsCommandsOf = (block: string): string[] =>
  block
    .replace(/\\\n\s*/g, "")
    .split(/\n(?=\w)/)
    .map((command) => command.trim())
    .filter((command) => command.startsWith("aws "));
