import { AwsError } from "../../endpoint/aws-json.ts";
import { isObject, type Json } from "../../json.ts";
import {
  type Input,
  inputData,
  invalidField,
  oneOf,
  optionalData,
  optionalText,
  text,
} from "../api/operation.ts";
import { contextProblem } from "./context.ts";
import { type Mock, readMock } from "./mock.ts";
import { holdsState, type TestedState, testedState } from "./tested-state.ts";

/** A request of TestState: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export interface StateTest {
  readonly tested: TestedState;
  /** The input's text, as it was given. */
  readonly input: string;
  readonly level: Level;
  readonly revealSecrets: boolean;
  readonly roleArn: string | undefined;
  readonly variables: Readonly<Record<string, Json>>;
  /** Replaces the context object that the state would have. */
  readonly context: Readonly<Record<string, Json>> | undefined;
  readonly mock: Mock | undefined;
  readonly configuration: Configuration;
}

type Level = (typeof LEVELS)[number];

/** Assumptions about a mocked state. */
export interface Configuration {
  /** How often the retrier that takes the mocked error was used before. */
  readonly retrierRetryCount?: number | undefined;
  /** The state within a Map or a Parallel that the mocked error comes from. */
  readonly errorCausedByState?: string | undefined;
  /** Iterations of a Map that have failed. */
  readonly mapIterationFailureCount?: number | undefined;
  /** The content that a Map's ItemReader has read, in the form of its source. */
  readonly mapItemReaderData?: string | undefined;
}

const LEVELS = ["INFO", "DEBUG", "TRACE"] as const;
const MAX_DEFINITION_SIZE = 1_048_576;
const MAX_ARN_LENGTH = 256;
const MAX_STATE_NAME_LENGTH = 80;

/** Reads a request; throws `InvalidDefinition`, `InvalidExecutionInput` or `ValidationException`, as AWS does. */
export async function readStateTest(request: Input): Promise<StateTest> {
  const definition = text(request, "definition", MAX_DEFINITION_SIZE);
  const stateName = request.stateName ?? undefined;
  const level = oneOf(request, "inspectionLevel", LEVELS) ?? "INFO";
  const roleArn = optionalText(request, "roleArn", MAX_ARN_LENGTH);
  const input = inputData(request);
  const tested = testedState(
    definition,
    stateName === undefined ? undefined : text(request, "stateName", MAX_STATE_NAME_LENGTH),
  );
  const configuration = readConfiguration(request, tested);
  const mock = await readMock(request, tested.state);
  if (!mock && tested.state.Type === "Task" && roleArn === undefined) {
    throw invalid("RoleArn must be specified when testing a Task state");
  }
  return {
    tested,
    input,
    level,
    revealSecrets: flag(request, "revealSecrets"),
    roleArn,
    variables: readVariables(request),
    context: readContext(request, tested),
    mock,
    configuration,
  };
}

function readConfiguration(request: Input, { state }: TestedState): Configuration {
  const given = request.stateConfiguration ?? {};
  if (!isObject(given)) throw invalidField("stateConfiguration", given, "Member must be a structure");
  const configuration: Configuration = {
    retrierRetryCount: count(given, "retrierRetryCount"),
    errorCausedByState: optionalText(given, "errorCausedByState", MAX_STATE_NAME_LENGTH),
    mapIterationFailureCount: count(given, "mapIterationFailureCount"),
    mapItemReaderData: optionalData(given, "mapItemReaderData"),
  };
  for (const [field, value] of Object.entries(configuration)) {
    if (value === undefined) continue;
    const shown = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
    if (!request.mock) {
      throw invalid(`TestState does not support ${shown} when a mock is not specified.`);
    }
    if (!APPLIES[field as keyof Configuration].includes(state.Type)) {
      throw invalid(`TestState does not support ${shown} for a ${state.Type} state.`);
    }
  }
  const { errorCausedByState } = configuration;
  if (errorCausedByState !== undefined && !holdsState(state, errorCausedByState)) {
    throw invalid(
      `ErrorCausedByState '${errorCausedByState.slice(0, 100)}' is not a state within the tested one.`,
    );
  }
  return configuration;
}

const APPLIES: Readonly<Record<keyof Configuration, readonly string[]>> = {
  retrierRetryCount: ["Task", "Map", "Parallel"],
  errorCausedByState: ["Map", "Parallel"],
  mapIterationFailureCount: ["Map"],
  mapItemReaderData: ["Map"],
};

function readVariables(request: Input): Readonly<Record<string, Json>> {
  const given = optionalData(request, "variables");
  if (given === undefined) return {};
  const variables = parsed(given, () => invalid("Variables must be valid JSON"));
  if (!isObject(variables)) throw invalid("Variables must be a JSON object");
  return variables;
}

function readContext(request: Input, { state }: TestedState): StateTest["context"] {
  const given = optionalData(request, "context");
  if (given === undefined) return undefined;
  if (!request.mock) throw invalid("TestState does not support Context when a mock is not specified.");
  const refuse = (problem: string) => invalid(`Invalid Context object provided: ${problem}`);
  const context = parsed(given, () => refuse("it must be valid JSON"));
  const problem = contextProblem(context, state);
  if (problem !== undefined) throw refuse(problem);
  return context as Readonly<Record<string, Json>>;
}

function parsed(text: string, refusal: () => AwsError): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal();
  }
}

function count(from: Input, field: string): number | undefined {
  const value = from[field] ?? undefined;
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  throw invalidField(field, value, "Member must have value greater than or equal to 0");
}

function flag(from: Input, field: string): boolean {
  const value = from[field] ?? false;
  if (typeof value === "boolean") return value;
  throw invalidField(field, value, "Member must be a boolean");
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);
