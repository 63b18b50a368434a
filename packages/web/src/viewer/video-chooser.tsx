import { connectionView } from "@callboard/client/headless";
import { useConnection, useList, useServerNow } from "@callboard/client/react";
import { listChannel } from "@callboard/protocol";
import { type FormEvent, useEffect, useState } from "react";
import { rowsOf } from "../model/listed.ts";
import { subjectOf } from "../session/link.ts";
import { SubjectRows } from "../ui/subject-rows.tsx";

const recent = listChannel("video");

/** Asks which video to watch: the recent ones as they come, and a field for any other. */
export function VideoChooser({ choose }: { choose: (subject: string) => void }) {
  const { lines, status, loading } = useList(recent);
  const isUnauthorised = connectionView(useConnection(), useServerNow(), true).kind === "unauthorised";
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

  const isRefused = typeof status === "object";
  return (
    <div className="viewer">
      <h1>Which video would you like to watch?</h1>
      <section className="card" aria-labelledby="recent-heading">
        <h2 id="recent-heading">Recent videos</h2>
        {isRefused && <p className="quiet">{refusal}</p>}
        {loading && <p className="quiet">{isUnauthorised ? expired : "Looking…"}</p>}
        {!isRefused && !loading && lines.length === 0 && <p className="quiet">There is none yet.</p>}
        <SubjectRows channel={recent} rows={rowsOf(lines)} open={choose} />
      </section>
      <form className="card inline-form" onSubmit={submit} noValidate>
        <label htmlFor="video-id">Or its name</label>
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

const expired = "Your link has expired. Open a fresh one.";

/** Who may watch some videos need not know of all the others. */
const refusal =
  "The list is for those who may watch every video. Name the video below, or open the link that you were given.";
