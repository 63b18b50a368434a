import { stat } from "node:fs/promises";
import { type Clock, type FunctionFolder, openFunctionFolder } from "@callboard/aws-local";
import type { Closers } from "./closers.ts";
import { pluginNames } from "./life-cycle.ts";
import { credentials, region } from "./sdk.ts";
import { type Settings, StartError } from "./settings.ts";
import { taskFunctionNames } from "./state-machine.ts";

/** The functions that a start registers: a user's file with the same name would never run. */
export const takenNames: readonly string[] = [
  "ingest",
  "fanout",
  "relay",
  "notify",
  "plugins",
  "clock",
  ...pluginNames,
  ...Object.values(taskFunctionNames),
];

/**
 * Opens the folder of the user's own functions, if there is one. Every AWS SDK in them uses this machine.
 * Rejects when the folder does not exist, or has a function with a name of Callboard's.
 */
export async function openOwnFunctions(
  { functions, dynamodbEndpoint }: Settings,
  clock: Clock,
  endpoint: () => string,
  closers: Closers,
): Promise<FunctionFolder | undefined> {
  if (!functions) return undefined;
  const found = await stat(functions.folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw new StartError(`CALLBOARD_FUNCTIONS: there is no folder ${functions.folder}`);
  const folder = openFunctionFolder({
    folder: functions.folder,
    clock,
    environment: () => ({
      ...environmentOfFunctions(functions.environment, endpoint()),
      ...(dynamodbEndpoint ? { AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint } : {}),
    }),
  });
  closers.add(() => folder.close());
  const taken = (await folder.names()).filter((name) => takenNames.includes(name));
  if (taken.length > 0)
    throw new StartError(
      `CALLBOARD_FUNCTIONS: ${taken.join(", ")}: Callboard has a function with this name; rename the file`,
    );
  return folder;
}

/** The environment of functions: an AWS SDK in them uses this machine's endpoint, never an AWS account. */
export const environmentOfFunctions = (
  environment: Readonly<Record<string, string>>,
  endpoint: string,
): Record<string, string> => ({
  ...withoutAccounts(environment),
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

/** Variables that could make an SDK use an AWS account in spite of this environment. */
const LEADS_AWAY =
  /^AWS_(PROFILE|SESSION_TOKEN|ENDPOINT_URL|ENDPOINT_URL_\w+|IGNORE_CONFIGURED_ENDPOINT_URLS|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_\w+)$/;

function withoutAccounts(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !LEADS_AWAY.test(name)));
}
