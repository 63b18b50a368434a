import type { CallContext, Operations } from "../endpoint/aws-json.ts";
import type { Integration, Integrations } from "../states/integration.ts";
import { objectArguments } from "./arguments.ts";
import { serviceFailure } from "./service-failure.ts";
import { CALLBACK, tasks } from "./tasks.ts";

/** An API action: takes the request's members from the state, and returns the response's. */
export type ApiAction = (request: Readonly<Record<string, unknown>>, context: CallContext) => Promise<object>;

/**
 * A call of one action; `service` is the prefix of its errors, such as `Transcribe` in `Transcribe.NotFoundException`.
 */
export function apiAction(service: string, action: ApiAction): Integration {
  return async (call) => {
    try {
      return await action(objectArguments(call.arguments), { signal: call.signal });
    } catch (cause) {
      throw serviceFailure(service, cause);
    }
  };
}

/**
 * `arn:aws:states:::aws-sdk:<service>:<action>`, with actions by their names in Step Functions: `startTranscriptionJob`.
 * Their errors begin with `errors`. https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function awsSdk(
  service: string,
  errors: string,
  actions: Readonly<Record<string, ApiAction>>,
): Integrations {
  return tasks(
    CALLBACK,
    Object.fromEntries(
      Object.entries(actions).map(([name, action]) => [
        `aws-sdk:${service}:${name}`,
        apiAction(errors, action),
      ]),
    ),
  );
}

/** The operations of an embedded service as actions: `SendMessage` becomes `sendMessage`. */
export function actionsOf(operations: Operations): Record<string, ApiAction> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      actionName(name),
      (request, context) => operation(request as never, context),
    ]),
  );
}

/** An operation's name in Step Functions: with a small first letter. */
export function actionName(operation: string): string {
  return `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
}
