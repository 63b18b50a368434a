import { type FormEvent, useEffect, useState } from "react";
import { subjectOf } from "../session/link.ts";
import { useVideos } from "../ui/use-videos.ts";
import { VideoRows } from "../ui/video-rows.tsx";
import type { VideosApi } from "../videos/videos-api.ts";

/** Asks which video to watch: one of one's own, and a field for any other. */
export function VideoChooser({
  videos,
  choose,
}: {
  videos: VideosApi | undefined;
  choose: (subject: string) => void;
}) {
  const { list = [] } = useVideos(videos);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = "Viewer · Callboard";
  }, []);

  function submit(event: FormEvent) {
    event.preventDefault();
    const subject = subjectOf(text);
    if (subject === undefined) setProblem("A video's name looks like v_1.");
    else choose(subject);
  }

  return (
    <div className="viewer">
      <h1>Which video would you like to watch?</h1>
      {list.length > 0 && (
        <section className="card" aria-labelledby="own-heading">
          <h2 id="own-heading">Your videos</h2>
          <VideoRows videos={list} open={choose} />
        </section>
      )}
      <form className="card inline-form" onSubmit={submit} noValidate>
        <label htmlFor="video-id">Its name</label>
        <div className="field-row">
          <input
            id="video-id"
            value={text}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={problem !== undefined}
            aria-describedby="video-id-problem"
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="button primary">
            Watch
          </button>
        </div>
        <p id="video-id-problem" className="problem" role="alert">
          {problem}
        </p>
      </form>
    </div>
  );
}
