import { functionName } from "../arn.ts";
import type { FunctionErrorPayload, Invocation } from "../lambda/lambda-function.ts";
import { type Integration, type Integrations, NotServed, TaskFailure } from "../states/integration.ts";
import { invalid, objectArguments, optionalString, requiredString } from "./arguments.ts";
import { serviceFailure } from "./service-failure.ts";
import { CALLBACK, firstOf, tasks } from "./tasks.ts";

/** The functions that the integration can call. */
export interface LambdaCalls {
  has(name: string): boolean;
  invoke(name: string, payload: unknown): Promise<Invocation>;
  /** Serves `InvocationType: "Event"`. */
  invokeAsync(name: string, payload: unknown): Promise<void>;
}

const TYPES = ["RequestResponse", "Event", "DryRun"];
const FUNCTION_ARN = /^arn:aws[^:]*:lambda:/;

/**
 * Task states that call functions: `arn:aws:states:::lambda:invoke`, and a function's own ARN. A function's error becomes
 * the Task's: the error's type is its name, the payload its cause. A missing function is "not served"; `remedy` returns a
 * sentence that says how to add it. https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export function lambdaTasks(lambda: LambdaCalls, remedy: (name: string) => string = () => ""): Integrations {
  const existing = (text: string): string => {
    const name = functionName(text);
    if (lambda.has(name)) return name;
    throw new NotServed(`there is no function ${name} here. ${remedy(name)}`.trim());
  };
  const byArn = ownArn(lambda, existing);
  return firstOf(
    {
      find: (resource, pattern) => (pattern === "request" && FUNCTION_ARN.test(resource) ? byArn : undefined),
    },
    tasks(CALLBACK, { "lambda:invoke": invoke(lambda, existing) }),
  );
}

function invoke(lambda: LambdaCalls, existing: (text: string) => string): Integration {
  return async (call) => {
    const input = objectArguments(call.arguments);
    const name = existing(requiredString(input, "FunctionName"));
    const payload = input.Payload ?? {};
    const type = optionalString(input, "InvocationType") ?? "RequestResponse";
    if (!TYPES.includes(type)) throw invalid("InvocationType must be RequestResponse, Event or DryRun");
    if (type === "DryRun") return { Payload: "", SdkHttpMetadata: { HttpStatusCode: 204 }, StatusCode: 204 };
    try {
      if (type === "Event") {
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

/** Its arguments are the event, its result is the function's return value. */
function ownArn(lambda: LambdaCalls, existing: (text: string) => string): Integration {
  return async (call) => {
    const outcome = await lambda.invoke(existing(call.resource), call.arguments).catch((cause: unknown) => {
      throw serviceFailure("Lambda", cause);
    });
    if ("functionError" in outcome) throw functionFailure(outcome.payload);
    return outcome.payload;
  };
}

function functionFailure(payload: FunctionErrorPayload): TaskFailure {
  return new TaskFailure(payload.errorType, JSON.stringify(payload));
}
