import type { ListedSubject, Wanted } from "@callboard/client/headless";
import { useMemo, useRef, useState } from "react";
import { groupWanted, type InboxGroup, nextOpen, searchGroups } from "../model/inbox.ts";

/** The inbox as a reader has it before them. */
export interface InboxView {
  search: string;
  setSearch: (search: string) => void;
  /** What the search has left. */
  groups: readonly InboxGroup[];
  /** The questions in the order in which they stand. */
  questions: readonly Wanted[];
  /** The question that the keyboard stands at. */
  cursor: string | undefined;
  setCursor: (requestId: string) => void;
  /** The question to go on to; undefined when nothing else is open. */
  next: Wanted | undefined;
}

/** Groups and searches what is wanted, and says what comes after the question at hand, `shown`. */
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

  // What has been answered leaves the list; its place in it is where one goes on from.
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
