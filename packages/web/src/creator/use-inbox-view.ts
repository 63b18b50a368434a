import type { ListedSubject, Wanted } from "@callboard/client/headless";
import { useMemo, useRef, useState } from "react";
import { groupWanted, type InboxGroup, nextOpen, searchGroups } from "../model/inbox.ts";

/** The inbox as it is shown. */
export interface InboxView {
  search: string;
  setSearch: (search: string) => void;
  /** The groups that match the search. */
  groups: readonly InboxGroup[];
  /** The questions, in the order shown. */
  questions: readonly Wanted[];
  /** The question at the keyboard cursor. */
  cursor: string | undefined;
  setCursor: (requestId: string) => void;
  /** The next question; undefined when no other is open. */
  next: Wanted | undefined;
}

/** Groups and searches the questions, and finds the one after `shown`. */
export function useInboxView({
  wanted,
  lines,
  nameOf,
  shown,
}: {
  wanted: readonly Wanted[];
  lines: readonly ListedSubject[];
  nameOf: (subject: string) => string;
  shown: string | undefined;
}): InboxView {
  const [search, setSearch] = useState("");
  const [reached, setCursor] = useState<string>();
  const all = useMemo(() => groupWanted(wanted, nameOf, lines), [wanted, nameOf, lines]);
  const groups = useMemo(() => searchGroups(all, search), [all, search]);
  const questions = useMemo(() => groups.flatMap((group) => group.questions), [groups]);
  const ids = useMemo(() => questions.map(({ requestId }): string => requestId), [questions]);

  // An answered question leaves the list; the next one is found from its former position.
  const order = useRef(ids);
  if (shown === undefined || ids.includes(shown)) order.current = ids;
  const everything = useMemo(() => all.flatMap((group) => group.questions), [all]);
  const found = nextOpen(order.current, ids, shown);
  const id =
    found ??
    nextOpen(
      [],
      everything.map(({ requestId }) => requestId),
      shown,
    );

  const cursor = [reached, shown].find((one) => one !== undefined && ids.includes(one)) ?? ids[0];
  return {
    search,
    setSearch,
    groups,
    questions,
    cursor,
    setCursor,
    next: everything.find(({ requestId }) => requestId === id),
  };
}
