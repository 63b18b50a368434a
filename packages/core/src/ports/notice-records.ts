import type { DoorName, RequestId } from "@callboard/protocol";
import type { FeedbackRequest } from "../request/request.ts";

/**
 * The lock for notifying a person: a process holds it while it sends, so that nobody is sent the same twice at once.
 */
export interface Turn {
  /** The person, as `Reach.key`. */
  readonly key: string;
  /** Increases with each write, from 1. */
  readonly rev: number;
  /** Random, to tell holders apart. */
  readonly by: string;
  /** Until when it is held, in milliseconds; after that the holder counts as dead. 0: nobody holds it. */
  readonly until: number;
  /** When they last got a digest of several questions. */
  readonly digestAt?: number;
}

/** What a person was notified of, for one question. */
export interface NoticeRecord {
  readonly requestId: RequestId;
  /** The time of the event that they were notified of: that they were asked, or reminded. */
  readonly of: number;
  /** The doors that took it, or will not take it. */
  readonly doors: readonly DoorName[];
  /** How often a door had to be retried, and when the next attempt is; absent once nothing is left to send. */
  readonly again?: { readonly tries: number; readonly at: number };
}

/** What people were notified of, by person. */
export interface NoticeStore {
  /** Reads a person's turn, strongly. */
  turn(key: string): Promise<Turn | undefined>;
  /** What they were notified of for these questions (at most 99), read strongly. */
  records(key: string, ids: readonly RequestId[]): Promise<ReadonlyMap<RequestId, NoticeRecord>>;
  /** Takes the turn. False: it has changed since it was read. */
  claim(before: Turn | undefined, after: Turn): Promise<boolean>;
  /**
   * Records what they were notified of (at most 99 questions) and gives the turn back, in one transaction. False:
   * nothing was written, because another process holds the turn by now, or the person was forgotten.
   */
  settle(
    claimed: Turn,
    after: Turn,
    records: readonly { readonly record: NoticeRecord; readonly request: FeedbackRequest }[],
  ): Promise<boolean>;
  /** Removes all records of a person's notices. Returns the number of questions. */
  forget(key: string): Promise<number>;
}
