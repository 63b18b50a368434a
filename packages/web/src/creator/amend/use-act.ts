import type { Acted, RefusalCode } from "@callboard/client";
import { useRef, useState } from "react";
import { amend as en } from "../../words/en/amend.ts";
import { amend as ja } from "../../words/ja/amend.ts";
import { useWords } from "../../words/use-words.ts";
import type { Words } from "../../words/words.ts";

/** Where a wish about a question stands; `unsure` when nobody said what became of it. */
export type ActState<Wish> =
  | { phase: "idle" }
  | { phase: "sending"; wish: Wish }
  | { phase: "accepted"; wish: Wish }
  | { phase: "refused"; wish: Wish; code: RefusalCode; details: Readonly<Record<string, unknown>> }
  | { phase: "unsure"; wish: Wish };

/** Sends wishes, one at a time, and remembers what became of the last. */
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

/** The words of a page with those of changing a question, which come with the code that does so. */
export type AmendWords = Words & { readonly amend: typeof en };

/** The words for giving a question more time, and for putting it to others. */
export function useAmendWords(): AmendWords {
  const words = useWords();
  return { ...words, amend: words.lang === "ja" ? ja : en };
}
