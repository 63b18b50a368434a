import { execFile } from "node:child_process";
import { type Finding, isDenied, isNowhere, missingModel, type Place } from "./missing-models.ts";
import type { Models } from "./model-settings.ts";

/** What the post-processing needs of a Region, an account and this machine. */
export interface Wanted extends Place {
  readonly models: Models;
  /** Whether a container is built: not under `sst dev`, where its work runs on this machine. */
  readonly container: boolean;
}

/**
 * Asks Bedrock, Transcribe and Docker before any change, with the credentials of the deployment. Each problem is one line
 * with its variable, the Region and the fix.
 */
export async function missingInRegion(wanted: Wanted, environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { models, region } = wanted;
  const bedrock = await import("@aws-sdk/client-bedrock");
  const client = new bedrock.BedrockClient({ region, ...credentialsOf(environment) });
  try {
    const all = await Promise.all([
      missingModel("CALLBOARD_TEXT_MODEL", models.text, "TEXT", wanted, client, bedrock),
      models.image
        ? missingModel("CALLBOARD_IMAGE_MODEL", models.image, "IMAGE", wanted, client, bedrock)
        : [],
      missingTranscribe(region, environment),
      wanted.container ? missingDocker(environment) : [],
    ]);
    return all.flat();
  } finally {
    client.destroy();
  }
}

/** SST's command passes its credentials to the program under these names. */
function credentialsOf(environment: NodeJS.ProcessEnv) {
  const { SST_AWS_ACCESS_KEY_ID: accessKeyId, SST_AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const sessionToken = environment.SST_AWS_SESSION_TOKEN;
  return accessKeyId && secretAccessKey
    ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
    : {};
}

const POST_PROCESSING = "CALLBOARD_POST_PROCESSING";
const missing = (line: string): Finding[] => [{ kind: "missing", line: `${POST_PROCESSING}: ${line}` }];

async function missingTranscribe(region: string, environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { TranscribeClient, ListTranscriptionJobsCommand } = await import("@aws-sdk/client-transcribe");
  const client = new TranscribeClient({ region, ...credentialsOf(environment) });
  try {
    await client.send(new ListTranscriptionJobsCommand({ MaxResults: 1 }));
    return [];
  } catch (cause) {
    if (isDenied(cause))
      return missing(
        `you may not call transcribe:ListTranscriptionJobs in ${region}; docs/deployer-policy-post-processing.json has the permissions`,
      );
    if (isNowhere(cause)) return missing(`there is no Transcribe in ${region}; choose another Region`);
    throw new Error(
      `${POST_PROCESSING}: Transcribe could not be asked in ${region}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  } finally {
    client.destroy();
  }
}

/** Whether Docker answers; with DOCKER_HOST and without a `docker` command, it is assumed to. */
const missingDocker = (environment: NodeJS.ProcessEnv): Promise<Finding[]> =>
  new Promise((resolve) => {
    const args = ["version", "--format", "{{.Server.Version}}"];
    execFile("docker", args, { env: environment, timeout: 20_000 }, (failed) => {
      if (!failed || (failed.code === "ENOENT" && environment.DOCKER_HOST)) return resolve([]);
      const why = failed.code === "ENOENT" ? "there is no Docker on this machine" : "Docker does not answer";
      resolve(
        missing(
          `${why}. It builds the container for long videos; start it, or deploy without post-processing`,
        ),
      );
    });
  });
