import type { FunctionName } from "../../environment.ts";
import type { Scene } from "./scene.ts";

/** A use case of Callboard, for fault injection. */
export interface UseCase {
  readonly name: string;
  /** The invocation that gets the fault: the first of its kind in the use case. */
  readonly of: readonly [FunctionName, string];
  /** It makes the same calls as another one: a few of its faults are enough. */
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
  /** The requests' states at the end, in the order in which they were asked; and the events for others. */
  readonly ends?: readonly string[];
  readonly puts?: readonly string[];
  /** How many people were notified of a question, each counted once, and in how many mails. */
  readonly told?: number;
  readonly mails?: number;
  /** How often each was notified without a fault; once, unless they are reminded. */
  readonly timesEach?: number;
  /** How long something is overdue in it without any fault, because its messages were lost; in milliseconds. */
  readonly overdueMs?: number;
}
