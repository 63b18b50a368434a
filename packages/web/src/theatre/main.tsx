import { createRoot } from "react-dom/client";
import { loadConfig } from "../session/config.ts";
import { speakingRoot } from "../ui/speaking-root.tsx";
import { openBrowserWords } from "../words/browser-words.ts";
import { loadFirstTexts } from "../words/words.ts";
import { Doors } from "./doors.tsx";

void begin();

/** The first page: a theatre or the mailbox where its host says so, from the first paint on; two doors anywhere else. */
async function begin(): Promise<void> {
  const base = new URL(".", window.location.href);
  const element = document.getElementById("root")!;
  const { theatre, mailbox } = document.documentElement.dataset;
  if (mailbox !== undefined) {
    const [root, { mountMailbox }] = await Promise.all([
      speakingRoot(createRoot(element), "mail", openBrowserWords({ load: loadFirstTexts })),
      import("../mailbox/mount-mailbox.tsx"),
    ]);
    mountMailbox(root, base);
    return;
  }
  if (theatre === undefined) {
    (await speakingRoot(createRoot(element), "first", openBrowserWords({ load: loadFirstTexts }))).render(
      <Doors />,
    );
    return;
  }
  const [root, config, { mountTheatre }] = await Promise.all([
    speakingRoot(createRoot(element), "first", openBrowserWords({ load: loadFirstTexts })),
    loadConfig(base, window.fetch.bind(window)),
    import("./mount-theatre.tsx"),
  ]);
  if (config?.theatre) mountTheatre(root, base, config);
  else {
    delete document.documentElement.dataset.theatre;
    root.render(<Doors />);
  }
}
