import { createNotifier, type Notifier, type Shown, type Told } from "./notifier.ts";

/** A notifier for this browser, which also shows the reader's other pages that this one is visible. */
export function openNotifier(lang: () => string, open: (requestId: string) => void): Notifier {
  const { follow, stop } = createNotifier({
    isHidden: () => document.visibilityState === "hidden",
    claim,
    show: (told, pressed) => show(told, lang(), pressed),
    open,
  });
  const stopBeingSeen = saySeen();
  return {
    follow,
    stop() {
      stop();
      stopBeingSeen();
    },
  };
}

/** The lock that every visible page of this reader holds. */
const SEEN = "callboard.seen";

const locks = (): LockManager | undefined => (navigator as { locks?: LockManager }).locks;

async function claim(name: string): Promise<(() => void) | undefined> {
  const manager = locks();
  if (!manager) return () => {};
  const { held = [] } = await manager.query();
  if (held.some((lock) => lock.name === SEEN)) return undefined;
  return new Promise((resolve) => {
    const hold = (lock: Lock | null) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((letGo) => resolve(letGo));
    };
    manager.request(`callboard.notify ${name}`, { ifAvailable: true }, hold).catch(() => resolve(undefined));
  });
}

/** Holds a lock while this tab is visible, so that the other tabs know. */
function saySeen(): () => void {
  let letGo: AbortController | undefined;
  const say = () => {
    letGo?.abort();
    letGo = undefined;
    if (document.visibilityState !== "visible") return;
    const mine = new AbortController();
    letGo = mine;
    const until = new Promise<void>((resolve) => mine.signal.addEventListener("abort", () => resolve()));
    // A lock request that is aborted before it is granted rejects.
    locks()
      ?.request(SEEN, { mode: "shared", signal: mine.signal }, () => until)
      .catch(() => {});
  };
  say();
  document.addEventListener("visibilitychange", say);
  return () => {
    document.removeEventListener("visibilitychange", say);
    letGo?.abort();
  };
}

function show(
  { requestId, title, body }: Omit<Told, "mark">,
  lang: string,
  pressed: () => void,
): Shown | undefined {
  try {
    const shown = new Notification(title, { body, tag: requestId, lang, dir: "auto" });
    shown.onclick = () => {
      window.focus();
      pressed();
    };
    return shown;
  } catch {
    // Browsers on phones allow notifications only from service workers.
    return undefined;
  }
}
