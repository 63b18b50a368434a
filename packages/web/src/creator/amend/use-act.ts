import type { Acted, RefusalCode } from "@callboard/client";
import { useRef, useState } from "react";

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
