import { createRoot } from "react-dom/client";
import { loadConfig } from "../session/config.ts";
import { speakingRoot } from "../ui/speaking-root.tsx";
import { openBrowserWords } from "../words/browser-words.ts";
import { type FirstWords, loadFirstTexts } from "../words/words.ts";
import { Doors } from "./doors.tsx";

void begin();

/**
 * The first page: the theatre, the mailbox or the page of plugins if its host says so, from the first paint
 * on; else two links.
 */
async function begin(): Promise<void> {
  const base = new URL(".", window.location.href);
  const { theatre, mailbox, plugins } = document.documentElement.dataset;
  const drawn = createRoot(document.getElementById("root")!);
  const speaking = speakingRoot(
    drawn,
    (words) => {
      const first = words as FirstWords;
      if (mailbox !== undefined) return first.mail.page;
      return plugins === undefined ? first.theatre.page : first.plugins.page;
    },
    openBrowserWords({ load: loadFirstTexts }),
  );
  if (mailbox !== undefined) {
    const [root, { mountMailbox }] = await Promise.all([speaking, import("../mailbox/mount-mailbox.tsx")]);
    return mountMailbox(root, base, mailbox || undefined);
  }
  if (plugins !== undefined) {
    const [root, { mountPlugins }] = await Promise.all([speaking, import("../plugins/mount-plugins.tsx")]);
    return mountPlugins(root, base);
  }
  if (theatre === undefined) return (await speaking).render(<Doors />);
  const [root, config, { mountTheatre }] = await Promise.all([
    speaking,
    loadConfig(base, window.fetch.bind(window)),
    import("./mount-theatre.tsx"),
  ]);
  if (config?.theatre) mountTheatre(root, base, config);
  else {
    delete document.documentElement.dataset.theatre;
    root.render(<Doors />);
  }
}
