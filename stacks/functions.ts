import {
  type DeployedFunction,
  deployedFunctions,
  type FunctionName,
  type FunctionSize,
  type VariablesOf,
} from "@callboard/functions/deployment";
import type { Code, FunctionCode } from "./code.ts";
import { longestName, type Names } from "./names.ts";
import { neverLoaded } from "./never-loaded.ts";
import type { Statement } from "./permissions.ts";
import type { Settings } from "./settings.ts";

/** A function's settings; its name in the stack is that of its file under `lambda/`, in Pascal case. */
export interface FunctionParts extends FunctionCode {
  readonly memory: `${number} MB`;
  readonly timeout: `${number} seconds` | "15 minutes";
  readonly environment?: Record<string, $util.Input<string>>;
  readonly permissions?: readonly Statement[];
  /** Files that are deployed with the code, at the paths that they have here. */
  readonly copyFiles?: { readonly from: string }[];
}

/** `authorize-http` as `AuthorizeHttp`: names of resources for functions and rules. */
export const pascal = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** A function of Callboard: with its own bundle and log, on arm64, with traces, and with only the given permissions. */
export function callboardFunction(
  { inStack, stageName }: Names,
  settings: Pick<Settings, "production">,
  name: string,
  parts: FunctionParts,
): sst.aws.Function {
  const { file, bundle, memory, timeout, environment = {}, permissions = [], copyFiles = [] } = parts;
  // Created here, so that the role can name it: SST creates its own after the role, under a name that it may shorten.
  const log = new aws.cloudwatch.LogGroup(inStack(`${name}Log`), {
    name: `/aws/lambda/${stageName(longestName.logGroup - "/aws/lambda/".length, name)}`,
    retentionInDays: settings.production ? 90 : 7,
  });
  return new sst.aws.Function(inStack(name), {
    handler: `${file}.handler`,
    ...(bundle ? { bundle, dev: false } : {}),
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory,
    timeout,
    logging: { logGroup: log.name, format: "json" },
    environment,
    copyFiles,
    permissions: [
      ...permissions.map((one) => ({ ...one, conditions: one.conditions ?? [] })),
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [$interpolate`${log.arn}:*`] },
      // X-Ray has no narrower resource.
      { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] },
    ],
    nodejs: { minify: true, splitting: true, esbuild: { external: neverLoaded, keepNames: false } },
    transform: {
      role: (args) => {
        // Under `sst dev`, SST adds only what its bridge needs.
        if ($dev && !bundle) return;
        // SST adds AWSLambdaBasicExecutionRole, which may write to any log.
        args.managedPolicyArns = [];
        // SST 4.17.1 lets the whole account assume a function's role.
        args.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
      },
      function: { tracingConfig: { mode: "Active" } },
    },
  });
}

/** The environment of a function of Callboard. */
export type Variables<F extends FunctionName> = {
  [Name in keyof VariablesOf<F>]: $util.Input<string>;
};
/** The environment of a deployed function; both authorizers have the same. */
export type EnvironmentFor<F extends DeployedFunction> = Variables<F extends FunctionName ? F : "authorize">;

/**
 * One of the functions of `packages/functions`, with the size that is set there. Failed asynchronous invocations go to
 * `failed`.
 */
export function serviceFunction<F extends DeployedFunction>(
  names: Names,
  settings: Settings,
  code: Code,
  failed: aws.sqs.Queue,
  name: F,
  environment: EnvironmentFor<F>,
  permissions: readonly Statement[] = [],
): sst.aws.Function {
  const { memoryMb, timeoutSeconds, retries }: FunctionSize = deployedFunctions[name];
  const fn = callboardFunction(names, settings, pascal(name), {
    ...code.service(name),
    memory: `${memoryMb} MB`,
    timeout: `${code.longestSeconds(timeoutSeconds)} seconds`,
    environment: environment as Record<string, $util.Input<string>>,
    permissions: [...permissions, ...(retries === undefined ? [] : [mayKeepFailures(failed)])],
  });
  if (retries !== undefined) keepFailures(names.inStack(pascal(name)), fn, failed, retries);
  return fn;
}

/** Sends failed asynchronous invocations to a queue, after this many retries by Lambda. */
export function keepFailures(
  name: string,
  fn: sst.aws.Function,
  failed: aws.sqs.Queue,
  maximumRetryAttempts: number,
): void {
  new aws.lambda.FunctionEventInvokeConfig(`${name}Failures`, {
    functionName: fn.name,
    maximumRetryAttempts,
    maximumEventAgeInSeconds: 6 * 3600,
    destinationConfig: { onFailure: { destination: failed.arn } },
  });
}

/** What Lambda does with a function's role when it keeps a failed event. */
export const mayKeepFailures = (failed: aws.sqs.Queue): Statement => ({
  actions: ["sqs:SendMessage"],
  resources: [failed.arn],
});
