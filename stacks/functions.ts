import type { FunctionName } from "@callboard/functions/deployment";
import { neverLoaded } from "./never-loaded.ts";
import type { Statement } from "./permissions.ts";
import type { Settings } from "./settings.ts";

/** What a function is made of; its name in the stack is that of its file under `lambda/`, in Pascal case. */
export interface FunctionParts {
  /** The file that exports `handler`, without its ending. */
  readonly file: string;
  readonly memory?: `${number} MB`;
  readonly timeout?: `${number} seconds` | "1 minute" | "15 minutes";
  readonly environment?: Record<string, $util.Input<string>>;
  readonly permissions?: readonly Statement[];
}

/** Whoever waits for nothing is invoked asynchronously: what it cannot take goes to a queue. */
export interface AsyncParts {
  /** Where invocations go that failed for good. */
  readonly deadLetters: aws.sqs.Queue;
}

const pascal = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** A function of Callboard: bundled alone, on arm64, traced, with a log of its own and no permission but those given. */
export function callboardFunction(settings: Settings, name: string, parts: FunctionParts): sst.aws.Function {
  const { file, memory = "512 MB", timeout = "15 seconds", environment = {}, permissions = [] } = parts;
  const logGroup = $interpolate`arn:aws:logs:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:log-group:/aws/lambda/${$app.name}-${$app.stage}-${name}*`;
  return new sst.aws.Function(name, {
    handler: `${file}.handler`,
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory,
    timeout,
    logging: { retention: settings.production ? "3 months" : "1 week", format: "json" },
    environment,
    permissions: [
      ...permissions.map((one) => ({ ...one, conditions: one.conditions ?? [] })),
      { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup] },
      // X-Ray knows no narrower resource.
      { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] },
    ],
    nodejs: { minify: true, esbuild: { external: neverLoaded, keepNames: false } },
    transform: {
      role: (args) => {
        // SST adds AWSLambdaBasicExecutionRole, which may write to any log.
        args.managedPolicyArns = [];
        // SST 4.17.1 lets the whole account assume a function's role, which `sst dev` alone needs.
        if (!$dev)
          args.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
      },
      function: { tracingConfig: { mode: "Active" } },
    },
  });
}

/** One of the functions of `packages/functions`. */
export const serviceFunction = (
  settings: Settings,
  name: FunctionName | "authorize-http",
  parts: Omit<FunctionParts, "file"> = {},
): sst.aws.Function =>
  callboardFunction(settings, pascal(name), { ...parts, file: `packages/functions/src/lambda/${name}` });

/** Keeps what an asynchronous invocation could not take, after so many retries of Lambda's. */
export function keepFailures(
  name: string,
  fn: sst.aws.Function,
  { deadLetters }: AsyncParts,
  maximumRetryAttempts = 2,
): void {
  new aws.lambda.FunctionEventInvokeConfig(`${name}Failures`, {
    functionName: fn.name,
    maximumRetryAttempts,
    maximumEventAgeInSeconds: 6 * 3600,
    destinationConfig: { onFailure: { destination: deadLetters.arn } },
  });
}

/** What Lambda itself does in a function's name when it keeps a failure. */
export const mayKeepFailures = ({ deadLetters }: AsyncParts): Statement => ({
  actions: ["sqs:SendMessage"],
  resources: [deadLetters.arn],
});
