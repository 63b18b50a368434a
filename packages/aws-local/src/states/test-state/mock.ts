import { AwsError } from "../../endpoint/aws-json.ts";
import { isNestedOver, isObject, type Json } from "../../json.ts";
import { failureText, type Input, invalidField, oneOf, optionalData } from "../api/operation.ts";
import type { StateDefinition } from "../asl.ts";
import type { Failure } from "../records.ts";
import { parseResource } from "../run/resource.ts";
import { resultProblem, type ValidationMode } from "./check-result.ts";
import { mockedOperation, serviceModel } from "./service-models.ts";

/** The assumed result of a Task, a Parallel or a Map, in place of its work. */
export type Mock = { readonly result: Json } | { readonly failure: Failure };

const MOCKABLE = ["Task", "Map", "Parallel"];
const MODES = ["STRICT", "PRESENT", "NONE"] as const;
const MAX_RESULT_DEPTH = 1_000;
const ACTIVITY = /^arn:aws[^:]*:states:[^:]*:[^:]*:activity:/;

/**
 * The mock of a request, undefined if it has none. Throws `ValidationException` or, as AWS does for a Map or a Parallel
 * without one, `InvalidDefinition`.
 */
export async function readMock(request: Input, state: StateDefinition): Promise<Mock | undefined> {
  const { mock } = request;
  if (mock === undefined || mock === null) {
    requireNoMock(state);
    return undefined;
  }
  if (!isObject(mock)) throw invalidField("mock", mock, "Member must be a structure");
  if (!MOCKABLE.includes(state.Type)) {
    throw invalid(`State type '${state.Type}' is not supported when a mock is specified`);
  }
  if (request.revealSecrets === true) {
    throw invalid("TestState does not support RevealSecrets when a mock is specified.");
  }
  const result = optionalData(mock, "result");
  const error = readError(mock.errorOutput);
  if ((result === undefined) === (error === undefined)) {
    throw invalid("A test mock should have only one of the following fields: [result, errorOutput].");
  }
  const mode = oneOf(mock, "fieldValidationMode", MODES) ?? "STRICT";
  return error ? { failure: error } : { result: await readResult(result!, mode, state) };
}

/** Some states cannot run by themselves. */
function requireNoMock({ Type, Resource = "" }: StateDefinition): void {
  if (Type === "Map" || Type === "Parallel") {
    const types = "[Task, Wait, Pass, Succeed, Fail, Choice]";
    const message = `TestState API does not support Map or Parallel states. Supported state types include: ${types}`;
    throw new AwsError("InvalidDefinition", message);
  }
  if (Type !== "Task") return;
  if (parseResource(Resource).pattern !== "request" || ACTIVITY.test(Resource)) {
    throw invalid(
      "TestState does not support Activity tasks, '.sync' or '.waitForTaskToken' service integration patterns when a mock is not specified.",
    );
  }
}

function readError(output: unknown): Failure | undefined {
  if (output === undefined || output === null) return undefined;
  if (!isObject(output)) throw invalidField("mock.errorOutput", output, "Member must be a structure");
  const failure = failureText(output);
  if (failure.error !== undefined) return failure;
  throw invalidField("mock.errorOutput.error", undefined, "Member must not be null");
}

async function readResult(text: string, mode: ValidationMode, state: StateDefinition): Promise<Json> {
  const result = parsed(text);
  if (isNestedOver(MAX_RESULT_DEPTH, result)) {
    throw invalid(`Mocked result must not have more than ${MAX_RESULT_DEPTH} levels`);
  }
  if (state.Type === "Task") await checkTask(result, mode, state.Resource ?? "");
  else checkFlow(result, state);
  return result;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("Mocked result must be valid JSON");
  }
}

/**
 * A Map's mock is a list or, if its results are written elsewhere, says where; a Parallel's has one item for each branch.
 */
function checkFlow(result: Json, { ResultWriter, Branches }: StateDefinition): void {
  if (ResultWriter?.Resource !== undefined) {
    if (!isObject(result)) throw invalid("Mocked result must be a JSON object.");
    return;
  }
  if (!Array.isArray(result)) throw invalid("Mocked result must be an array.");
  if (Branches && Branches.length !== result.length) {
    throw invalid("Mocked result must contain the same number of items as number of Parallel branches.");
  }
}

async function checkTask(result: Json, mode: ValidationMode, resource: string): Promise<void> {
  if (mode === "NONE") return;
  const refuse = (problem: string) => invalid(`Mock result schema validation error: ${problem}`);
  const mocked = mockedOperation(resource);
  if (mocked.kind === "unchecked") return;
  const { service, operation } = mocked;
  const model = await serviceModel(service);
  const answer =
    model && Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
  if (!model || answer === undefined) {
    const missing = model
      ? `an operation '${operation}' of the service '${service}'`
      : `the service '${service}'`;
    throw refuse(`there is no model of ${missing} here; use the fieldValidationMode NONE`);
  }
  const problem = answer === null ? undefined : resultProblem(model, answer, result, mode);
  if (problem !== undefined) throw refuse(problem);
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);
