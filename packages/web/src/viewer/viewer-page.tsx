import { AppShell } from "../ui/app-shell.tsx";
import type { PageProps } from "../ui/mount-page.tsx";
import { usePlace } from "../ui/use-place.ts";
import { SubjectView } from "./subject-view.tsx";
import { VideoChooser } from "./video-chooser.tsx";

/** The page of those who watch: one video, or a choice of them. */
export function ViewerPage({ videos }: PageProps) {
  const [{ subject }, go] = usePlace();
  return (
    <AppShell page="Viewer">
      {subject === undefined ? (
        <VideoChooser videos={videos} choose={(next) => go({ subject: next })} />
      ) : (
        <SubjectView key={subject} subject={subject} leave={() => go({})} />
      )}
    </AppShell>
  );
}
