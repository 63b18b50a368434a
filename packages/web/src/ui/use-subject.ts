import { useCallback, useEffect, useState } from "react";
import { fragmentOf, parseLink } from "../session/link.ts";

/** The subject that the address names, and a way to name another; the browser's back button works. */
export function useSubject(): [string | undefined, (subject: string | undefined) => void] {
  const [subject, setSubject] = useState(() => parseLink(window.location.hash).subject);
  useEffect(() => {
    const read = () => setSubject(parseLink(window.location.hash).subject);
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  const choose = useCallback((next: string | undefined) => {
    window.location.hash = fragmentOf(next);
    setSubject(next);
  }, []);
  return [subject, choose];
}
