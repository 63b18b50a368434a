import { AppShell } from "../ui/app-shell.tsx";
import { usePlace } from "../ui/use-place.ts";
import { useWords } from "../words/use-words.ts";
import { SubjectView } from "./subject-view.tsx";
import { VideoChooser } from "./video-chooser.tsx";

/** The page of those who watch: one video, or a choice of them. */
export function ViewerPage() {
  const [{ subject }, go] = usePlace();
  return (
    <AppShell page={useWords().viewer.page}>
      {subject === undefined ? (
        <VideoChooser choose={(next) => go({ subject: next })} />
      ) : (
        <SubjectView key={subject} subject={subject} leave={() => go({})} />
      )}
    </AppShell>
  );
}
