import { acceptOf } from "@callboard/video/upload";
import { type DragEvent, type FormEvent, useState } from "react";
import { selectFiles } from "../model/selection.ts";
import type { Config } from "../session/config.ts";
import { Sentence } from "../ui/people-text.tsx";
import { apiErrorText } from "../videos/api-error.ts";
import type { VideosApi } from "../videos/videos-api.ts";
import { useWords } from "../words/use-words.ts";
import { FileField } from "./file-field.tsx";
import { StartProgressLine } from "./start-progress-line.tsx";
import { useStart } from "./use-start.ts";

const waits = [
  [120, "2 minutes"],
  [600, "10 minutes"],
  [3600, "1 hour"],
  [86_400, "1 day"],
] as const;

const nothing = { video: undefined, captions: undefined };

/** Starts a video from files or plays the sample; captions alone will do. */
export function StartForm({
  api,
  config,
  onStarted,
}: {
  api: VideosApi;
  config: Config;
  onStarted: (subject: string) => void;
}) {
  const [files, setFiles] = useState<{ video: File | undefined; captions: File | undefined }>(nothing);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [timeoutSeconds, setTimeoutSeconds] = useState(600);
  const [over, setOver] = useState(false);
  const words = useWords();
  const start = useStart(api, (subject) => {
    setFiles(nothing);
    onStarted(subject);
  });
  const busy = start.progress !== undefined;
  const empty = files.video === undefined && files.captions === undefined;

  function take(chosen: readonly File[]) {
    if (busy) return;
    const { problems, ...selected } = selectFiles(files, chosen, config.maxUploadBytes, words);
    setFiles(selected);
    setProblems(problems);
    start.forget();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (empty) setProblems(["Choose a video, captions, or both."]);
    else void start.upload(files, timeoutSeconds);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  }

  return (
    <section
      className="card start"
      aria-labelledby="start-heading"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2 id="start-heading">Start a video</h2>
      <form onSubmit={submit} noValidate>
        <FileField
          label="Video (MP4)"
          accept={acceptOf("video")}
          file={files.video}
          disabled={busy}
          choose={(file) => take([file])}
          clear={() => setFiles({ ...files, video: undefined })}
        />
        <FileField
          label="Captions (.vtt or .srt)"
          accept={acceptOf("captions")}
          file={files.captions}
          disabled={busy}
          choose={(file) => take([file])}
          clear={() => setFiles({ ...files, captions: undefined })}
        />
        <p className="quiet hint">Drop files anywhere on this card. Captions alone will do.</p>
        <div className="field">
          <label htmlFor="wait">How long to wait for your answer</label>
          <select
            id="wait"
            value={timeoutSeconds}
            disabled={busy}
            onChange={(event) => setTimeoutSeconds(Number(event.target.value))}
          >
            {waits.map(([seconds, label]) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <div className="problems" role="alert">
          {problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
          {start.error !== undefined && (
            <p>
              <Sentence>{apiErrorText(start.error, words)}</Sentence>
            </p>
          )}
        </div>
        {start.progress !== undefined && (
          <StartProgressLine progress={start.progress} cancel={start.cancel} />
        )}
        <div className="actions">
          <button type="submit" className="button primary" disabled={busy}>
            Start
          </button>
          {config.sampleAvailable && (
            <button
              type="button"
              className="button"
              disabled={busy}
              onClick={() => void start.playSample(timeoutSeconds)}
            >
              Play the sample
            </button>
          )}
        </div>
        {config.standIns && (
          <p className="quiet hint">The models here are stand-ins: modest, local, and honest about it.</p>
        )}
      </form>
    </section>
  );
}
