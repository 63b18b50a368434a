/** A command of the AWS CLI, as it goes over the wire. */
interface AwsCall {
  readonly service: string;
  /** `PutRule` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Options whose value is JSON; any other is text. */
const JSON_OPTIONS = ["Targets", "Entries", "Attributes"];

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

/** Runs such a line against EventBridge at an endpoint; rejects with what it is refused with. */
export async function runEventsCommand(endpoint: string, line: string): Promise<void> {
  const { service, operation, input } = readAwsCommand(line);
  if (service !== "events") throw new Error(`only events: ${line}`);
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "x-amz-target": `AWSEvents.${operation}`, "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${line}: ${await response.text()}`);
}
