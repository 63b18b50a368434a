import type { Acted, RefusalCode } from "@callboard/client";
import { useRef, useState } from "react";
import { amend as en } from "../../words/en/amend.ts";
import { amend as ja } from "../../words/ja/amend.ts";
import { useWords } from "../../words/use-words.ts";
import type { Words } from "../../words/words.ts";

/** The state of a request to change a question; `unsure` when its outcome is unknown. */
export type ActState<Wish> =
  | { phase: "idle" }
  | { phase: "sending"; wish: Wish }
  | { phase: "accepted"; wish: Wish }
  | { phase: "refused"; wish: Wish; code: RefusalCode; details: Readonly<Record<string, unknown>> }
  | { phase: "unsure"; wish: Wish };

/** Sends such requests, one at a time, and keeps the outcome of the last. */
export function useAct<Wish>(act: (wish: Wish) => Promise<Acted>): [ActState<Wish>, (wish: Wish) => void] {
  const [state, setState] = useState<ActState<Wish>>({ phase: "idle" });
  const sending = useRef(false);
  const send = (wish: Wish) => {
    if (sending.current) return;
    sending.current = true;
    setState({ phase: "sending", wish });
    act(wish)
      .then(
        (acted) =>
          setState(
            acted.status === "accepted"
              ? { phase: "accepted", wish }
              : { phase: "refused", wish, code: acted.code, details: acted.details },
          ),
        () => setState({ phase: "unsure", wish }),
      )
      .finally(() => {
        sending.current = false;
      });
  };
  return [state, send];
}

/** The words of a page with those for changing a question, which are loaded with that code. */
export type AmendWords = Words & { readonly amend: typeof en };

/** The words for giving a question more time, and for assigning it to others. */
export function useAmendWords(): AmendWords {
  const words = useWords();
  return { ...words, amend: words.lang === "ja" ? ja : en };
}
