import { localEndpoint } from "../connect.ts";
import { type Ended, printable, type Terminal } from "../terminal.ts";

const PLACE = "us-east-1:000000000000";
const MAX_MS = 10_000;

interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  readonly location: string;
}

/**
 * Creates a state machine on this machine, or updates the one with its name. Prints its ARN, and warns about each state
 * that calls a service that does not exist here.
 */
export async function putMachine(terminal: Terminal, name: string, definition: string): Promise<Ended> {
  const endpoint = localEndpoint(terminal.env);
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "x-amz-target": `AWSStepFunctions.${operation}`,
        "content-type": "application/x-amz-json-1.0",
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(MAX_MS),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  try {
    const stateMachineArn = `arn:aws:states:${PLACE}:stateMachine:${name}`;
    const roleArn = `arn:aws:iam::${PLACE.split(":")[1]}:role/${name}`;
    let made = await call("CreateStateMachine", { name, definition, roleArn });
    if (made.__type === "StateMachineAlreadyExists")
      made = await call("UpdateStateMachine", { stateMachineArn, definition });
    if (made.__type !== undefined) {
      terminal.warn(printable(`${made.__type}: ${made.message}`));
      return "failed";
    }
    const { diagnostics } = await call("ValidateStateMachineDefinition", { definition, severity: "WARNING" });
    for (const { severity, message, location } of diagnostics as Diagnostic[])
      if (severity === "WARNING") terminal.warn(printable(`${location}: ${message}`));
    terminal.print(stateMachineArn);
    return "done";
  } catch {
    terminal.warn(`Callboard does not answer at ${endpoint}: start it with npx callboard start`);
    return "failed";
  }
}
