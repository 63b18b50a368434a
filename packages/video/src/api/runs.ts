import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { NotRedrivable, Subject, VideoId } from "@callboard/protocol";
import { executionArnOf } from "./start.ts";

export interface RunParts {
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
}

/** The result of stopping or retrying a video's run. */
export type RunOutcome =
  | { readonly kind: "done"; readonly subject: Subject }
  | { readonly kind: "not_found" | "forbidden" }
  | { readonly kind: "not_redrivable"; readonly reason: NotRedrivable };

/** Whether the caller is among a video's owners. */
export type IsOwner = (owners: readonly string[]) => boolean;

/** Stops the run of a video if it is under way. */
export async function stopRun(parts: RunParts, videoId: VideoId, isOwner: IsOwner): Promise<RunOutcome> {
  const run = await ownRun(parts, videoId, isOwner);
  if (run.kind !== "own") return run;
  if (isUnderWay(run))
    await parts.sfn.send(
      new StopExecutionCommand({
        executionArn: run.executionArn,
        error: "Stopped",
        cause: "Stopped by the video's owner",
      }),
    );
  return { kind: "done", subject: run.subject };
}

/** Redrives the run of a video from where it failed; if it is already under way, that is a success. */
export async function retryRun(parts: RunParts, videoId: VideoId, isOwner: IsOwner): Promise<RunOutcome> {
  const run = await ownRun(parts, videoId, isOwner);
  if (run.kind !== "own") return run;
  const { executionArn, subject } = run;
  const refuse = (reason: NotRedrivable): RunOutcome => ({ kind: "not_redrivable", reason });
  if (isUnderWay(run)) return { kind: "done", subject };
  if (run.status === "SUCCEEDED") return refuse("ended_well");
  if (await gaveUp(parts.sfn, executionArn)) return refuse("gave_up");
  try {
    await parts.sfn.send(new RedriveExecutionCommand({ executionArn }));
  } catch (cause) {
    if (!(cause instanceof ExecutionNotRedrivable)) throw cause;
    // If the caller pressed twice, the run is under way now.
    const now = await ownRun(parts, videoId, isOwner);
    return now.kind === "own" && isUnderWay(now) ? { kind: "done", subject } : refuse("too_late");
  }
  return { kind: "done", subject };
}

interface Run {
  readonly kind: "own";
  readonly executionArn: string;
  readonly status: string | undefined;
  readonly subject: Subject;
}

const isUnderWay = ({ status }: Run): boolean => status === "RUNNING" || status === "PENDING_REDRIVE";

async function ownRun(
  { sfn, stateMachineArn }: RunParts,
  videoId: VideoId,
  isOwner: IsOwner,
): Promise<Run | Extract<RunOutcome, { kind: "not_found" | "forbidden" }>> {
  const executionArn = executionArnOf(stateMachineArn, videoId);
  try {
    const { status, input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const { subject, owners = [] } = JSON.parse(input ?? "{}") as { subject: Subject; owners?: string[] };
    return isOwner(owners) ? { kind: "own", executionArn, status, subject } : { kind: "forbidden" };
  } catch (cause) {
    if (cause instanceof ExecutionDoesNotExist) return { kind: "not_found" };
    throw cause;
  }
}

/**
 * Whether the run ended in a Fail state, which would only fail again:
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
async function gaveUp(sfn: SFNClient, executionArn: string): Promise<boolean> {
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 2 }),
  );
  return events.some(({ type }) => type === "FailStateEntered");
}
