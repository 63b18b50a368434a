import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useSyncExternalStore,
} from "react";
import { createDrafts, type DraftStorage, type Drafts } from "./headless/drafts.ts";

const Given = createContext<Drafts | undefined>(undefined);

/** Provides drafts to all components below it, in place of those of the tab. */
export function DraftsProvider(props: { drafts: Drafts; children?: ReactNode }): ReactElement {
  return createElement(Given.Provider, { value: props.drafts }, props.children);
}

/**
 * The drafts of the nearest `DraftsProvider`; without one, those that the tab keeps in its `sessionStorage`.
 */
export const useDrafts = (): Drafts => useContext(Given) ?? draftsOfTab();

let ofTab: Drafts | undefined;
function draftsOfTab(): Drafts {
  ofTab ??= createDrafts(sessionStorageIfAny());
  return ofTab;
}

/** Where storage is forbidden, even reading the property throws. */
function sessionStorageIfAny(): DraftStorage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

/**
 * Like `useState`, for an answer in progress: it survives a reload, and a visit to another question and back.
 * `T` is plain JSON. `initial` is returned until a value is set; setting `undefined` restores it.
 */
export function useDraft<T>(
  requestId: string,
  name: string,
  initial: T,
): [T, (next: T | undefined | ((before: T) => T)) => void] {
  const drafts = useDrafts();
  const snapshot = () => drafts.read(requestId, name) as T | undefined;
  const kept = useSyncExternalStore(drafts.follow, snapshot, () => undefined);
  const set = useCallback(
    (next: T | undefined | ((before: T) => T)) => {
      const now = drafts.read(requestId, name) as T | undefined;
      const before = now === undefined ? initial : now;
      drafts.write(requestId, name, typeof next === "function" ? (next as (before: T) => T)(before) : next);
    },
    [drafts, requestId, name, initial],
  );
  return [kept === undefined ? initial : kept, set];
}
