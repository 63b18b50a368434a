import { AppShell } from "../ui/app-shell.tsx";
import type { PageProps } from "../ui/mount-page.tsx";
import { useSubject } from "../ui/use-subject.ts";
import { SubjectView } from "./subject-view.tsx";
import { VideoChooser } from "./video-chooser.tsx";

/** The page of those who watch: one video, or a choice of them. */
export function ViewerPage({ videos }: PageProps) {
  const [subject, choose] = useSubject();
  return (
    <AppShell page="Viewer">
      {subject === undefined ? (
        <VideoChooser videos={videos} choose={choose} />
      ) : (
        <SubjectView key={subject} subject={subject} leave={() => choose(undefined)} />
      )}
    </AppShell>
  );
}
