/** The members of StartTranscriptionJob that the stand-in uses. */
export interface StartTranscriptionJob {
  readonly TranscriptionJobName: string;
  readonly Media: { readonly MediaFileUri: string };
  readonly LanguageCode?: string;
  readonly IdentifyLanguage?: boolean;
  readonly OutputBucketName: string;
  readonly OutputKey?: string;
  readonly Subtitles?: { readonly Formats?: readonly string[]; readonly OutputStartIndex?: number };
}

/** How a job ended: with the subtitles' key, or why not. */
export type Ending =
  | { readonly status: "COMPLETED"; readonly at: number; readonly key: string }
  | { readonly status: "FAILED"; readonly at: number; readonly reason: string };

/** A job as it is stored; times are milliseconds since the Unix epoch. */
export interface Job {
  readonly request: StartTranscriptionJob;
  readonly startedAt: number;
  readonly ending?: Ending;
}

/** `TranscriptionJob`, as Step Functions' SDK integration returns it. */
export function describeJob({ request, startedAt, ending }: Job): object {
  const iso = (ms: number) => new Date(ms).toISOString();
  const uri = (key: string) => `https://s3.us-east-1.amazonaws.com/${request.OutputBucketName}/${key}`;
  const done = ending?.status === "COMPLETED" ? ending : undefined;
  return {
    TranscriptionJobName: request.TranscriptionJobName,
    TranscriptionJobStatus: ending?.status ?? "IN_PROGRESS",
    LanguageCode: request.LanguageCode ?? "en-US",
    Media: request.Media,
    CreationTime: iso(startedAt),
    StartTime: iso(startedAt),
    ...(ending ? { CompletionTime: iso(ending.at) } : {}),
    ...(ending?.status === "FAILED" ? { FailureReason: ending.reason } : {}),
    // It exists from the start, and is empty until the job has finished.
    Transcript: done ? { TranscriptFileUri: uri(done.key.replace(/vtt$/, "json")) } : {},
    Subtitles: {
      Formats: ["vtt"],
      OutputStartIndex: request.Subtitles?.OutputStartIndex ?? 0,
      ...(done ? { SubtitleFileUris: [uri(done.key)] } : {}),
    },
  };
}

/**
 * Where the subtitles go, next to the transcript: `OutputKey` is a folder when it ends in a slash, else the transcript's
 * own key (https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartTranscriptionJob.html).
 */
export function subtitlesKey({ OutputKey, TranscriptionJobName }: StartTranscriptionJob): string {
  if (!OutputKey || OutputKey.endsWith("/")) return `${OutputKey ?? ""}${TranscriptionJobName}.vtt`;
  return `${OutputKey.replace(/\.json$/, "")}.vtt`;
}
