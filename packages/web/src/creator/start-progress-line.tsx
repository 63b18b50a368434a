import type { StartProgress } from "../videos/start-video.ts";

/** How far a start has come, with a way to stop an upload. */
export function StartProgressLine({ progress, cancel }: { progress: StartProgress; cancel: () => void }) {
  const uploading = progress.phase === "uploading";
  const percent = uploading ? Math.floor(progress.fraction * 100) : undefined;
  return (
    <div className="start-progress">
      <p>
        <span role="status">{textOf(progress)}</span>
        {percent !== undefined && <span aria-hidden="true"> {percent} %</span>}
      </p>
      <progress max={100} value={percent} aria-label="Start" />
      {uploading && (
        <button type="button" className="button plain" onClick={cancel}>
          Cancel the upload
        </button>
      )}
    </div>
  );
}

function textOf(progress: StartProgress): string {
  switch (progress.phase) {
    case "preparing":
      return "Preparing…";
    case "uploading":
      return progress.kind === "video" ? "Uploading the video…" : "Uploading the captions…";
    case "starting":
      return "Starting…";
  }
}
