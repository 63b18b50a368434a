import { functionName } from "../arn.ts";
import type { FunctionErrorPayload, Invocation } from "../lambda/lambda-function.ts";
import { type Integration, TaskFailure } from "../states/integration.ts";
import { objectArguments, optionalString, requiredString } from "./arguments.ts";
import { serviceFailure } from "./service-failure.ts";

/** The functions that the integration calls; `invokeAsync` serves `InvocationType: "Event"`. */
export interface LambdaCalls {
  invoke(name: string, payload: unknown): Promise<Invocation>;
  invokeAsync?(name: string, payload: unknown): Promise<void>;
}

/**
 * `arn:aws:states:::lambda:invoke`. A function's error becomes the Task's, under the error's own type and with its
 * payload as the cause.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export function lambdaInvoke(lambda: LambdaCalls): Integration {
  return async (call) => {
    const input = objectArguments(call.arguments);
    const name = functionName(requiredString(input, "FunctionName"));
    const payload = input.Payload ?? {};
    try {
      if (optionalString(input, "InvocationType") === "Event" && lambda.invokeAsync) {
        await lambda.invokeAsync(name, payload);
        return { Payload: "", SdkHttpMetadata: { HttpStatusCode: 202 }, StatusCode: 202 };
      }
      const outcome = await lambda.invoke(name, payload);
      if ("functionError" in outcome) throw functionFailure(outcome.payload);
      return {
        ExecutedVersion: "$LATEST",
        Payload: outcome.payload,
        SdkHttpMetadata: { HttpStatusCode: 200 },
        StatusCode: 200,
      };
    } catch (cause) {
      throw serviceFailure("Lambda", cause);
    }
  };
}

/** A Task whose `Resource` is a function's own ARN: its arguments are the event, its result what the function returns. */
export function lambdaFunction(lambda: LambdaCalls): Integration {
  return async (call) => {
    const outcome = await lambda
      .invoke(functionName(call.resource), call.arguments)
      .catch((cause: unknown) => {
        throw serviceFailure("Lambda", cause);
      });
    if ("functionError" in outcome) throw functionFailure(outcome.payload);
    return outcome.payload;
  };
}

function functionFailure(payload: FunctionErrorPayload): TaskFailure {
  return new TaskFailure(payload.errorType, JSON.stringify(payload));
}
