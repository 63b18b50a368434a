import { useCallback, useEffect, useState } from "react";
import { fragmentOf, type Place, parseLink } from "../session/link.ts";

/** What a visit of the browser's history keeps beside its address: the subject of the question that the address names. */
interface Kept {
  readonly subject?: unknown;
}

function here(): Place {
  const { subject, requestId, isMalformed } = parseLink(window.location.hash);
  if (requestId === undefined || subject !== undefined) return { subject, requestId, isMalformed };
  const kept = (window.history.state as Kept | null)?.subject;
  return { subject: typeof kept === "string" ? kept : undefined, requestId, isMalformed };
}

/** The fragment of a place. A frame keeps the token that the page around has given it: it needs it when it is loaded anew. */
function addressOf(place: Partial<Place>): string {
  const { token } = parseLink(window.location.hash);
  const fragment = fragmentOf(place);
  return token === undefined ? fragment : `${fragment || "#"}?token=${token}`;
}

/**
 * An address from before there were routes, or with a place in another form, is written as pages write it now; one that
 * leads nowhere is left for its reader to mend.
 */
function rewrite(place: Place): void {
  const fragment = addressOf(place);
  if (place.isMalformed || fragmentOf(place) === "" || fragment === window.location.hash) return;
  window.history.replaceState({ subject: place.subject } satisfies Kept, "", fragment);
}

/** The place that the address names, and a way to go to another; the browser's back button works. */
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
    // The same place again is no other step of the way back.
    const step = fragment === hash ? "replaceState" : "pushState";
    window.history[step]({ subject } satisfies Kept, "", `${pathname}${search}${fragment}`);
    setPlace({ subject, requestId, isMalformed: false });
  }, []);
  return [place, go];
}
