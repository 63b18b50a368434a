import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import type { Key, Store, View, Write } from "../store/store.ts";
import { captionsBeside, type Objects } from "./captions-beside.ts";
import { describeJob, type Ending, type Job, type StartTranscriptionJob, subtitlesKey } from "./job.ts";

export interface TranscribeOptions {
  readonly objects: Objects;
  readonly clock: Clock;
  /** Where jobs are stored. */
  readonly store: Store;
  /** Duration of a job, in milliseconds. Default: 4,000. */
  readonly jobMs?: number;
}

/**
 * Transcribe's operations in the shapes of the AWS SDK; errors are `AwsError`s with AWS's names. A failure to store is an
 * `InternalFailureException`, and can be tried again.
 */
export interface Transcribe {
  startTranscriptionJob(request: object): Promise<object>;
  getTranscriptionJob(request: object): Promise<object>;
}

/** AWS deletes a job after 90 days (https://docs.aws.amazon.com/transcribe/latest/dg/limits-guidelines.html). */
const KEPT_MS = 90 * 24 * 3_600_000;
/** How often old jobs are searched for. */
const FORGET_MS = 3_600_000;
const NO_CAPTIONS =
  "This stand-in does not transcribe: it uses the captions that were uploaded beside the media (captions.vtt or captions.srt), and there are none.";

const prefix: Key = ["transcribe", "job"];
const keyOf = (name: string): Key => [...prefix, name];

/**
 * Replaces Amazon Transcribe: a job's subtitles are the captions next to its media. A job is done when its time has
 * passed. There is no timer: the first request after that does the work and stores the result, so a restart loses
 * nothing.
 */
export function createTranscribe(options: TranscribeOptions): Transcribe {
  const { objects, clock, store, jobMs = 4000 } = options;
  const finishing = new Map<string, Promise<Job>>();
  let forgotAt = Number.NEGATIVE_INFINITY;

  const find = (view: View, name: string): Job | undefined => {
    const job = view.get<Job>(keyOf(name));
    return job && isKept(job) ? job : undefined;
  };
  const isKept = ({ startedAt }: Job) => startedAt >= clock.now() - KEPT_MS;
  /** Runs together with the start of another job. */
  const removeOld = (view: View): Write[] =>
    [...view.list<Job>({ prefix })].flatMap(([key, job]) => (isKept(job) ? [] : [[key, undefined]]));
  const finish = async (job: Job): Promise<Job> => {
    const ended: Job = { ...job, ending: await transcribe(objects, job.request, job.startedAt + jobMs) };
    await store.write([[keyOf(job.request.TranscriptionJobName), ended]]);
    return ended;
  };

  return {
    async startTranscriptionJob(input) {
      const request = checkRequest(input);
      const name = request.TranscriptionJobName;
      const job: Job = { request, startedAt: clock.now() };
      const isTimeToForget = clock.now() >= forgotAt + FORGET_MS;
      const isTaken = await store
        .commit((view) =>
          find(view, name)
            ? { writes: [], value: true }
            : {
                writes: [...(isTimeToForget ? removeOld(view) : []), [keyOf(name), job]],
                value: false,
              },
        )
        .catch(failInternally);
      if (isTaken)
        throw new AwsError(
          "ConflictException",
          "The requested job name already exists. Use a different job name.",
        );
      if (isTimeToForget) forgotAt = clock.now();
      return { TranscriptionJob: describeJob(job) };
    },
    async getTranscriptionJob(input) {
      const name = String((input as { TranscriptionJobName?: unknown }).TranscriptionJobName);
      const job = find(store, name);
      if (!job)
        throw new AwsError(
          "BadRequestException",
          "The requested job couldn't be found. Check the job name and try your request again.",
        );
      if (job.ending || clock.now() < job.startedAt + jobMs) return { TranscriptionJob: describeJob(job) };
      const ending =
        finishing.get(name) ??
        finish(job)
          .catch(failInternally)
          .finally(() => finishing.delete(name));
      finishing.set(name, ending);
      return { TranscriptionJob: describeJob(await ending) };
    },
  };
}

function failInternally(cause: Error): never {
  throw new AwsError("InternalFailureException", `There was an internal error: ${cause.message}`, 500);
}

async function transcribe(objects: Objects, request: StartTranscriptionJob, at: number): Promise<Ending> {
  const captions = await captionsBeside(objects, request.Media.MediaFileUri);
  if (captions === undefined) return { status: "FAILED", at, reason: NO_CAPTIONS };
  const key = subtitlesKey(request);
  const results = { transcripts: [{ transcript: wordsOf(captions.toString("utf8")) }], items: [] };
  const transcript = { jobName: request.TranscriptionJobName, status: "COMPLETED", results };
  await objects.write(request.OutputBucketName, key, captions, "text/vtt");
  await objects.write(
    request.OutputBucketName,
    key.replace(/vtt$/, "json"),
    JSON.stringify(transcript),
    "application/json",
  );
  return { status: "COMPLETED", at, key };
}

function wordsOf(vtt: string): string {
  return vtt
    .split(/\r?\n\s*\r?\n/)
    .flatMap((block) => block.split("-->")[1]?.split(/\r?\n/).slice(1) ?? [])
    .join(" ")
    .replace(/<[^<>]*>/g, "")
    .trim();
}

function checkRequest(input: object): StartTranscriptionJob {
  const request = input as Partial<StartTranscriptionJob>;
  const refuse = (why: string) => new AwsError("BadRequestException", why);
  if (!/^[0-9a-zA-Z._-]{1,200}$/.test(request.TranscriptionJobName ?? ""))
    throw refuse("TranscriptionJobName must have 1 to 200 letters, digits, dots, lines or hyphens");
  if (!/^s3:\/\/[^/]+\/.+/.test(request.Media?.MediaFileUri ?? ""))
    throw refuse("MediaFileUri must be an s3:// URI");
  if (!request.LanguageCode === !request.IdentifyLanguage)
    throw refuse("You must specify either LanguageCode or IdentifyLanguage");
  if (typeof request.OutputBucketName !== "string") throw refuse("OutputBucketName is missing");
  return request as StartTranscriptionJob;
}
