import "../styles/later.css";
import { acceptOf } from "@callboard/video/upload";
import { type FormEvent, useState } from "react";
import { selectFiles } from "../model/selection.ts";
import type { Config } from "../session/config.ts";
import { Sentence } from "../ui/people-text.tsx";
import { apiErrorText } from "../videos/api-error.ts";
import { useWords } from "../words/use-words.ts";
import { FileField } from "./file-field.tsx";
import { StartProgressLine } from "./start-progress-line.tsx";
import { type Start, USUAL_WAIT_SECONDS } from "./use-start.ts";

/** The choices for how long to wait for an answer, in seconds. */
const waits = [120, 600, 3600, 86_400] as const;

const nothing = { video: undefined, captions: undefined };

/** Starts a video from files or plays the sample; captions without a video are enough. */
export function StartForm({
  config,
  start,
  given,
}: {
  config: Config;
  start: Start;
  /** Files that were dropped on the page. */
  given: readonly File[] | undefined;
}) {
  const words = useWords();
  const texts = words.frame.start;
  const [files, setFiles] = useState<{ video: File | undefined; captions: File | undefined }>(nothing);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [timeoutSeconds, setTimeoutSeconds] = useState(USUAL_WAIT_SECONDS);
  const [taken, setTaken] = useState<readonly File[]>();
  const busy = start.progress !== undefined;
  const empty = files.video === undefined && files.captions === undefined;

  function take(chosen: readonly File[]) {
    if (busy) return;
    const { problems, ...selected } = selectFiles(files, chosen, config.maxUploadBytes, words);
    setFiles(selected);
    setProblems(problems);
    start.forget();
  }
  if (given !== taken) {
    setTaken(given);
    if (given !== undefined && given.length > 0) take(given);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (empty) return setProblems([texts.chooseSome]);
    if (await start.upload(files, timeoutSeconds)) setFiles(nothing);
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <FileField
        label={texts.video}
        accept={acceptOf("video")}
        file={files.video}
        disabled={busy}
        choose={(file) => take([file])}
        clear={() => setFiles({ ...files, video: undefined })}
      />
      <FileField
        label={texts.captions}
        accept={acceptOf("captions")}
        file={files.captions}
        disabled={busy}
        choose={(file) => take([file])}
        clear={() => setFiles({ ...files, captions: undefined })}
      />
      <p className="quiet hint">{texts.dropHint}</p>
      <div className="field">
        <label htmlFor="wait">{texts.wait}</label>
        <select
          id="wait"
          value={timeoutSeconds}
          disabled={busy}
          onChange={(event) => setTimeoutSeconds(Number(event.target.value))}
        >
          {waits.map((seconds) => (
            <option key={seconds} value={seconds}>
              {texts.waits[seconds]}
            </option>
          ))}
        </select>
      </div>
      <div className="problems" role="alert">
        {problems.map((problem) => (
          <p key={problem}>
            <Sentence>{problem}</Sentence>
          </p>
        ))}
        {start.error !== undefined && (
          <p>
            <Sentence>{apiErrorText(start.error, words)}</Sentence>
          </p>
        )}
      </div>
      {start.progress !== undefined && <StartProgressLine progress={start.progress} cancel={start.cancel} />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy}>
          {texts.start}
        </button>
        {config.sampleAvailable && (
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => void start.playSample(timeoutSeconds)}
          >
            {texts.sample}
          </button>
        )}
      </div>
      {config.standIns && <p className="quiet hint">{texts.standIns}</p>}
    </form>
  );
}
