import { useCallback, useEffect, useState } from "react";
import { fragmentOf, type Place, parseLink } from "../session/link.ts";

const here = (): Place => {
  const { subject, requestId } = parseLink(window.location.hash);
  return { subject, requestId };
};

/** The place that the address names, and a way to go to another; the browser's back button works. */
export function usePlace(): [Place, (place: Partial<Place>) => void] {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const read = () => setPlace(here());
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  const go = useCallback(({ subject, requestId }: Partial<Place>) => {
    window.location.hash = fragmentOf({ subject, requestId });
    setPlace({ subject, requestId });
  }, []);
  return [place, go];
}
