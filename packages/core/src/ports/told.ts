import type { DoorName, RequestId } from "@callboard/protocol";
import type { FeedbackRequest } from "../request/request.ts";

/** Whose turn it is to tell somebody: whoever tells them holds it, so that nobody is told the same twice at once. */
export interface Turn {
  /** The person, as `Reach.key`. */
  readonly key: string;
  /** Rises with each write, from 1. */
  readonly rev: number;
  /** Random: tells one holder from any other. */
  readonly by: string;
  /** Until when it is held, in milliseconds; then whoever held it is taken for dead. 0: nobody does. */
  readonly until: number;
  /** When they were last told of several questions at once. */
  readonly digestAt?: number;
}

/** What somebody was told of one question. */
export interface Told {
  readonly requestId: RequestId;
  /** The time of what they were told of: that it was put to them, or that they were reminded of it. */
  readonly of: number;
  /** The doors that took it, or do not take this. */
  readonly doors: readonly DoorName[];
  /** How often a door could not take it for now, and when it is tried again; absent once nothing is left to be sent. */
  readonly again?: { readonly tries: number; readonly at: number };
}

/** What people were told elsewhere, by person. */
export interface NoticeStore {
  /** Reads whose turn it is to tell somebody, strongly. */
  turn(key: string): Promise<Turn | undefined>;
  /** What they were told of these questions (at most 99), read strongly. */
  told(key: string, ids: readonly RequestId[]): Promise<ReadonlyMap<RequestId, Told>>;
  /** Takes the turn. False: somebody has written it since it was read. */
  claim(before: Turn | undefined, after: Turn): Promise<boolean>;
  /**
   * Writes what they were told (of at most 99 questions) and gives the turn back, in one transaction. False, and nothing
   * written: it is somebody else's by now, or the person was forgotten.
   */
  settle(
    claimed: Turn,
    after: Turn,
    told: readonly { readonly told: Told; readonly request: FeedbackRequest }[],
  ): Promise<boolean>;
  /** Forgets all that somebody was told. How many questions that were. */
  forget(key: string): Promise<number>;
}
