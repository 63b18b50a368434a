import { AppShell } from "../ui/app-shell.tsx";
import { usePageTitle } from "../ui/page-title.tsx";
import { usePlace } from "../ui/use-place.ts";
import { useWords } from "../words/use-words.ts";
import { SubjectView } from "./subject-view.tsx";
import { VideoChooser } from "./video-chooser.tsx";

/** The viewers' page: one video, or a choice of videos. */
export function ViewerPage() {
  const [{ subject, isMalformed }, go] = usePlace();
  return (
    <AppShell page={useWords().viewer.page}>
      {subject !== undefined ? (
        <SubjectView key={subject} subject={subject} leave={() => go({})} />
      ) : isMalformed ? (
        <NoPage leave={() => go({})} />
      ) : (
        <VideoChooser choose={(next) => go({ subject: next })} />
      )}
    </AppShell>
  );
}

/** For an invalid address. */
function NoPage({ leave }: { leave: () => void }) {
  const { shell, viewer } = useWords();
  usePageTitle(shell.pages.viewer);
  return (
    <div className="blank" data-unknown="page">
      <span className="blank-lamps" aria-hidden="true" />
      <h1>{shell.noPage}</h1>
      <button type="button" className="button plain back" onClick={leave}>
        {viewer.all}
      </button>
    </div>
  );
}
