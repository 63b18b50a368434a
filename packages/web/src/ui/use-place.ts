import { useCallback, useEffect, useState } from "react";
import { fragmentOf, type Place, parseLink } from "../session/link.ts";

/** The data of a browser history entry, beside its address: the subject of the question in the address. */
interface Kept {
  readonly subject?: unknown;
}

function here(): Place {
  const { subject, requestId, isMalformed } = parseLink(window.location.hash);
  if (requestId === undefined || subject !== undefined) return { subject, requestId, isMalformed };
  const kept = (window.history.state as Kept | null)?.subject;
  return { subject: typeof kept === "string" ? kept : undefined, requestId, isMalformed };
}

/** The fragment of a place. A frame keeps the token from the outer page, because a reload needs it. */
function addressOf(place: Partial<Place>): string {
  const { token } = parseLink(window.location.hash);
  const fragment = fragmentOf(place);
  return token === undefined ? fragment : `${fragment || "#"}?token=${token}`;
}

/** Rewrites an old or unusual address in the current form; an invalid one stays for its reader to fix. */
function rewrite(place: Place): void {
  const fragment = addressOf(place);
  if (place.isMalformed || fragmentOf(place) === "" || fragment === window.location.hash) return;
  window.history.replaceState({ subject: place.subject } satisfies Kept, "", fragment);
}

/** The place in the address, and a function that goes to another; the browser's back button works. */
export function usePlace(): [Place, (place: Partial<Place>) => void] {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const read = () => {
      const now = here();
      rewrite(now);
      setPlace(now);
    };
    read();
    window.addEventListener("popstate", read);
    window.addEventListener("hashchange", read);
    return () => {
      window.removeEventListener("popstate", read);
      window.removeEventListener("hashchange", read);
    };
  }, []);
  const go = useCallback(({ subject, requestId }: Partial<Place>) => {
    const { pathname, search, hash } = window.location;
    const fragment = addressOf({ subject, requestId });
    // The same place again is not a new history entry.
    const step = fragment === hash ? "replaceState" : "pushState";
    window.history[step]({ subject } satisfies Kept, "", `${pathname}${search}${fragment}`);
    setPlace({ subject, requestId, isMalformed: false });
  }, []);
  return [place, go];
}
