import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";

/** Less than half of the state's heartbeat timeout, so that one lost heartbeat does no harm. */
export const HEARTBEAT_MS = 30_000;

export interface AnswerParts {
  readonly states: Pick<SFNClient, "send">;
  readonly taskToken: string;
  /** Calls `run` every `ms` milliseconds, from now on; returns a function that stops it. */
  readonly every: (ms: number, run: () => void) => () => void;
  /** Called when a heartbeat was accepted. */
  readonly onHeartbeat?: () => void;
}

/** `done`: the state has its result. `failed`: it got a failure. `abandoned`: it no longer waits. */
export type Answered = "done" | "failed" | "abandoned";

/**
 * Does the work of a state that waits with a task token: sends a heartbeat every half minute, and then the result. A
 * failure has its own name and the form of Lambda's failures, so that the state catches it in the same way. Resolves
 * with `abandoned` as soon as a heartbeat is refused, because the state was stopped or timed out. The work may still
 * run then, so the caller must end the process. Rejects when Step Functions cannot be reached.
 */
export async function answerState(
  { states, taskToken, every, onHeartbeat }: AnswerParts,
  work: () => Promise<unknown>,
): Promise<Answered> {
  let abandon = (): void => {};
  const abandoned = new Promise<"abandoned">((resolve) => {
    abandon = () => resolve("abandoned");
  });
  /** Whether the state still waits, as far as is known: other errors are temporary, or the state will time out. */
  const beat = async (): Promise<boolean> => {
    try {
      await states.send(new SendTaskHeartbeatCommand({ taskToken }));
    } catch (cause) {
      if (!isOver(cause)) return true;
      abandon();
      return false;
    }
    onHeartbeat?.();
    return true;
  };
  const stop = every(HEARTBEAT_MS, beat);
  try {
    // Work for which no state waits is not started.
    const begun = async () => ((await beat()) ? outcomeOf(work) : "abandoned");
    const ended = await Promise.race([abandoned, begun()]);
    // So that the watchdog notices a result that never arrives.
    stop();
    if (ended === "abandoned") return ended;
    if (ended.kind === "done") await states.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    else {
      const { error, cause } = ended;
      await states.send(new SendTaskFailureCommand({ taskToken, error, cause }));
    }
    return ended.kind;
  } catch (cause) {
    if (isOver(cause)) return "abandoned";
    throw cause;
  } finally {
    stop();
  }
}

type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: string; readonly cause: string };

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work();
    return { kind: "done" };
  } catch (cause) {
    const { name, message } = cause instanceof Error ? cause : new Error("the work failed");
    const failure = { errorType: name, errorMessage: message.slice(0, 10_000) };
    return { kind: "failed", error: name.slice(0, 256), cause: JSON.stringify(failure) };
  }
}

/** Whether a call was refused because the state of its token no longer waits: it has ended, or its execution has. */
export const isOver = (cause: unknown): boolean =>
  cause instanceof TaskTimedOut || cause instanceof TaskDoesNotExist || cause instanceof InvalidToken;
