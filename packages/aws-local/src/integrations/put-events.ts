import { isObject } from "../json.ts";
import { type Integration, type Integrations, TaskFailure } from "../states/integration.ts";
import { invalid, objectArguments } from "./arguments.ts";
import { awsSdk } from "./aws-sdk.ts";
import { serviceFailure } from "./service-failure.ts";
import { CALLBACK, firstOf, tasks } from "./tasks.ts";

/** PutEvents of an embedded or a real EventBridge. */
export type PutEvents = (request: {
  readonly Entries: readonly Readonly<Record<string, unknown>>[];
}) => Promise<{
  readonly FailedEntryCount?: number | undefined;
  readonly Entries?: readonly object[] | undefined;
}>;

/** Task states that put events: `arn:aws:states:::events:putEvents`, and the SDK's plain action. */
export function eventsTasks(put: PutEvents): Integrations {
  return firstOf(
    tasks(CALLBACK, { "events:putEvents": putEvents(put) }),
    awsSdk("eventbridge", "EventBridge", { putEvents: (request) => put(request as never) }),
  );
}

/**
 * A Detail that is an object is sent as JSON text, and the ARNs of the state machine and the execution are added to
 * each entry's Resources. One failed entry fails the Task.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 */
function putEvents(put: PutEvents): Integration {
  return async (call) => {
    const { Entries } = objectArguments(call.arguments);
    if (!Array.isArray(Entries) || Entries.length === 0) throw invalid("Entries must be a list of entries");
    const origin = [call.stateMachineArn, call.executionArn];
    const answer = await put({ Entries: Entries.map((entry: unknown) => complete(entry, origin)) }).catch(
      (cause: unknown) => {
        throw serviceFailure("EventBridge", cause);
      },
    );
    const result = { Entries: answer.Entries ?? [], FailedEntryCount: answer.FailedEntryCount ?? 0 };
    if (result.FailedEntryCount > 0) throw new TaskFailure("EventBridge.FailedEntry", JSON.stringify(result));
    return result;
  };
}

function complete(entry: unknown, origin: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isObject(entry)) throw invalid("an entry must be an object");
  const { Detail, Resources } = entry;
  return {
    ...entry,
    ...(isObject(Detail) ? { Detail: JSON.stringify(Detail) } : {}),
    Resources: [...(Array.isArray(Resources) ? Resources : []), ...origin],
  };
}
