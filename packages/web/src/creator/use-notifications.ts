import type { Inbox } from "@callboard/client/react";
import { cutText } from "@callboard/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { useWords } from "../words/use-words.ts";
import type { Notifier, Told } from "./notifier.ts";

/** Whether the reader is notified: `ask` before they asked for it, `denied` once the browser has refused it. */
export type Notifying = "unsupported" | "ask" | "on" | "off" | "denied";

const KEPT = "callboard.notify";
/** Characters of a prompt: systems cut at about as many. */
const LONGEST_BODY = 120;

function standing(): Notifying {
  if (typeof Notification === "undefined" || !window.isSecureContext) return "unsupported";
  if (Notification.permission !== "granted") return "ask";
  return keptChoice() === "off" ? "off" : "on";
}

function keptChoice(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keepChoice(choice: "on" | "off"): void {
  try {
    localStorage.setItem(KEPT, choice);
  } catch {
    // It is asked for again in the next tab.
  }
}

/** Notifies of questions while nobody looks at any page of this reader's; gives how that stands and a way to change it. */
export function useNotifications(
  { wanted, stale }: Inbox,
  nameOf: (subject: string) => string,
  open: (requestId: string) => void,
): [Notifying, () => void] {
  const words = useWords();
  const [state, setState] = useState(standing);
  const change = useCallback(() => {
    const next = standing();
    if (next === "ask")
      void Notification.requestPermission().then((permission) =>
        setState(permission === "denied" ? "denied" : standing()),
      );
    else if (next === "on" || next === "off") {
      keepChoice(next === "on" ? "off" : "on");
      setState(standing());
    }
  }, []);

  const latest = useRef({ open, lang: words.lang });
  latest.current = { open, lang: words.lang };
  const [notifier, setNotifier] = useState<Notifier>();
  useEffect(() => {
    if (state !== "on") return;
    let isOver = false;
    let stop = () => {};
    const begin = ({ openNotifier }: typeof import("./open-notifier.ts")) => {
      if (isOver) return;
      const mine = openNotifier(
        () => latest.current.lang,
        (requestId) => latest.current.open(requestId),
      );
      stop = mine.stop;
      setNotifier(mine);
    };
    // Without its code nothing is told, as where the browser refuses it; the page itself tells all the same.
    import("./open-notifier.ts").then(begin, () => {});
    return () => {
      isOver = true;
      stop();
      setNotifier(undefined);
    };
  }, [state]);

  useEffect(() => {
    if (stale || !notifier) return;
    const told = wanted.map(
      ({ requestId, subject, title, prompt, round, remindedAt }): Told => ({
        requestId,
        mark: `${round} ${remindedAt ?? ""}`,
        title: cutText(title ?? nameOf(subject), LONGEST_BODY),
        body: cutText(prompt, LONGEST_BODY),
      }),
    );
    notifier.follow(told, words.frame.notify.many);
  }, [wanted, stale, nameOf, words, notifier]);
  return [state, change];
}
