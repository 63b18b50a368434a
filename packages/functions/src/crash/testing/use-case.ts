import type { FunctionName } from "../../environment.ts";
import type { Scene } from "./scene.ts";

/** A use case of Callboard, for fault injection. */
export interface UseCase {
  readonly name: string;
  /** The invocation that gets the fault: the first of its kind in the use case. */
  readonly of: readonly [FunctionName, string];
  /** It makes the same calls as another use case, so a few of its faults are enough. */
  readonly alike?: true;
  /** Kinds of subjects that are listed in its world, separated by commas; none by default. */
  readonly lists?: string;
  /** It is about a signer's permissions: a signature counts as a call, although no service is called. */
  readonly signs?: true;
  /** Mails go by SMTP in its world. */
  readonly smtp?: true;
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  /** Posts per second to one channel's followers, if not the default. */
  readonly postsPerSecond?: number;
  readonly act: (scene: Scene) => Promise<unknown>;
  /** The states of the requests at the end, in the order in which they were asked. */
  readonly ends?: readonly string[];
  /** Events that must have been put. */
  readonly puts?: readonly string[];
  /** The number of notices, counted once for each pair of person and question, and the number of mails. */
  readonly notified?: number;
  readonly mails?: number;
  /** How often each person was notified of a question without a fault; once by default. */
  readonly timesEach?: number;
  /** How long something is overdue without any fault, because its messages were lost; in milliseconds. */
  readonly overdueMs?: number;
}
