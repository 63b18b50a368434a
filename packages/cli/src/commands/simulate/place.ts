import { isIPv4 } from "node:net";
import type { Usage } from "@callboard/dev/places";
import { cryptoIds, eventBridgeOf } from "@callboard/functions";
import { operatorsStates } from "@callboard/functions/ops";
import { connect, localEndpoint, placesAt, SetupError } from "../../connect.ts";
import { machinesToken } from "../../machines-token.ts";
import type { Terminal } from "../../terminal.ts";
import type { ScriptedEvent } from "./script.ts";

/** The parts of Callboard on this machine that a simulation needs. */
export interface Place {
  readonly socketUrl: string;
  readonly httpUrl: string;
  /** A user's token; asks until it gets one. */
  token(user: string): Promise<string>;
  /**
   * Puts an event that happened at the given time, in milliseconds since the epoch. Rejects when it is not
   * accepted.
   */
  put(event: ScriptedEvent, at: number): Promise<void>;
  /** Creates the state machine that asks; `remove` deletes it and stops its executions. */
  asking(name: string): Promise<Asking>;
  /** What Callboard's process has used; undefined when it does not report it. */
  usage(): Promise<Usage | undefined>;
}

export interface Asking {
  /** Asks a creator about a subject. */
  ask(subject: string, creator: string): Promise<void>;
  remove(): Promise<void>;
}

const ANSWER_MS = 10_000;

/**
 * Connects to Callboard through its AWS endpoint on this machine. Rejects with a `SetupError` for any other
 * machine: this command creates load, which may only go to this machine.
 */
export async function placeAt(terminal: Terminal, given: string | undefined): Promise<Place> {
  if (terminal.env.TABLE_NAME)
    throw new SetupError(
      "simulate creates load and runs only on this machine: unset TABLE_NAME, which names a deployment",
    );
  const aws = loopback(
    given === undefined ? "AWS_ENDPOINT_URL" : "--aws",
    given ?? localEndpoint(terminal.env),
  );
  const places = await placesAt(aws);
  if (!places) throw new SetupError(`Callboard does not answer at ${aws}: start it with npx callboard start`);
  const http = loopback("the address of its WebSocket API", places.socketEndpoint);
  const pages = places.pages && loopback("the address of its pages", places.pages);
  const { variables } = await connect({ ...terminal, env: { AWS_ENDPOINT_URL: aws, SOCKET_ENDPOINT: http } });
  const [events, states] = [eventBridgeOf(variables), operatorsStates(variables)];
  const tokens = new Map<string, Promise<string>>();

  return {
    socketUrl: `${http.replace(/^http/, "ws")}/`,
    httpUrl: http,
    token(user) {
      const token =
        tokens.get(user) ?? machinesToken(pages, user, "this Callboard issues no tokens: people sign in");
      tokens.set(user, token);
      token.catch(() => tokens.delete(user));
      return token;
    },
    async put(event, at) {
      if (event.source.startsWith("aws.")) return handOver(aws, event, at);
      const detail = event.timed ? { ...event.detail, at } : event.detail;
      const { Entries = [] } = await events.call("AWSEvents.PutEvents", {
        Entries: [
          {
            EventBusName: event.bus,
            Source: event.source,
            DetailType: event.type,
            Resources: event.resources,
            Time: at / 1000,
            Detail: JSON.stringify(detail),
          },
        ],
      });
      const [entry] = Entries as { ErrorCode?: string }[];
      if (!entry || entry.ErrorCode !== undefined)
        throw new Error(`${event.type} was not accepted: ${entry?.ErrorCode ?? "no answer"}`);
    },
    async asking(name) {
      const { stateMachineArn } = await states.call("AWSStepFunctions.CreateStateMachine", {
        name,
        definition: JSON.stringify(definition),
        roleArn: `arn:aws:iam::000000000000:role/${name}`,
      });
      return {
        async ask(subject, creator) {
          const input = JSON.stringify({ subject, creator });
          await states.call("AWSStepFunctions.StartExecution", { stateMachineArn, input });
        },
        async remove() {
          const { executions = [] } = await states.call("AWSStepFunctions.ListExecutions", {
            stateMachineArn,
            statusFilter: "RUNNING",
            maxResults: 1000,
          });
          for (const { executionArn } of executions as { executionArn: string }[])
            await states.call("AWSStepFunctions.StopExecution", { executionArn, error: "SimulationEnded" });
          await states.call("AWSStepFunctions.DeleteStateMachine", { stateMachineArn });
        },
      };
    },
    usage: async () => (await placesAt(aws))?.usage,
  };
}

/**
 * EventBridge accepts events of AWS services only from AWS, and so does the embedded bus. So this event goes
 * straight to the function, by an asynchronous invocation, as the bus would do it; it is on the disk before
 * it is answered.
 */
async function handOver(aws: string, event: ScriptedEvent, at: number): Promise<void> {
  const response = await fetch(`${aws}/2015-03-31/functions/ingest/invocations`, {
    method: "POST",
    redirect: "error",
    headers: { "x-amz-invocation-type": "Event" },
    body: JSON.stringify({
      version: "0",
      id: cryptoIds.random(),
      "detail-type": event.type,
      source: event.source,
      account: "000000000000",
      time: `${new Date(at).toISOString().slice(0, 19)}Z`,
      region: "us-east-1",
      resources: event.resources,
      detail: event.detail,
    }),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: Error) => {
    const { code = error.name } = (error.cause ?? {}) as { code?: string };
    throw new Error(`${event.type} was not accepted: ${code}`);
  });
  await response.arrayBuffer();
  if (response.status !== 202) throw new Error(`${event.type} was not accepted: ${response.status}`);
}

/** Asks the person named in the input, and waits ten minutes for the answer. */
const definition = {
  QueryLanguage: "JSONata",
  StartAt: "Ask",
  States: {
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
      TimeoutSeconds: 600,
      Arguments: {
        Entries: [
          {
            EventBusName: "callboard",
            Source: "simulate",
            DetailType: "Feedback Requested",
            Detail: {
              subject: "{% $states.input.subject %}",
              thread: "title",
              round: 1,
              taskToken: "{% $states.context.Task.Token %}",
              timeoutSeconds: 600,
              prompt: "Which title suits this recording?",
              verbs: ["pick", "reject"],
              candidates: [
                { id: "short", title: "Live today" },
                { id: "long", title: "What was live today, from the first second to the last" },
              ],
              assignees: ["{% 'user/' & $states.input.creator %}"],
            },
          },
        ],
      },
      End: true,
    },
  },
};

/**
 * A URL whose host is a loopback address or `localhost`, without a path. Throws a `SetupError` for any other.
 */
export function loopback(what: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:")
    throw new SetupError(`${what} is not an http address such as http://127.0.0.1:3002`);
  const { hostname } = url;
  const isLoopback =
    hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
  if (!isLoopback)
    throw new SetupError(
      `${what} is not on this machine (127.0.0.1, ::1 or localhost): ${hostname.slice(0, 100)}`,
    );
  return url.origin;
}
