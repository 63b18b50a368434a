import type { Integration } from "../states/integration.ts";
import { objectArguments } from "./arguments.ts";
import { serviceFailure } from "./service-failure.ts";

/** An API action: takes the request's members, as the state gives them, and answers with the response's. */
export type ApiAction = (
  request: Readonly<Record<string, unknown>>,
  context: { readonly signal: AbortSignal },
) => Promise<object>;

/**
 * `arn:aws:states:::aws-sdk:<service>:<action>` over a function. `service` is the prefix of its errors, such as
 * `Transcribe` in `Transcribe.NotFoundException`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function awsSdk(service: string, action: ApiAction): Integration {
  return async (call) => {
    try {
      return await action(objectArguments(call.arguments), { signal: call.signal });
    } catch (cause) {
      throw serviceFailure(service, cause);
    }
  };
}
