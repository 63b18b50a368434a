import type { FunctionName } from "../environment.ts";
import type { Scene } from "./scene.fixture.ts";

/** Something that Callboard does, to be disturbed in the middle. */
export interface UseCase {
  readonly name: string;
  /** The invocation that is disturbed: the first of its kind while the use case goes on. */
  readonly of: readonly [FunctionName, string];
  /** It calls the same as another one: some of its deaths are enough. */
  readonly alike?: true;
  /** Kinds of subjects that are listed in its world, separated by commas; none by default. */
  readonly lists?: string;
  /** It is about what a signer may: a signature counts as a call, though nobody is called for it. */
  readonly signs?: true;
  /** Mails go by SMTP in its world. */
  readonly smtp?: true;
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  /** Posts a second to those who follow one channel, where it is not as usual. */
  readonly postsPerSecond?: number;
  readonly act: (scene: Scene) => Promise<unknown>;
  /** The states of the requests in the end, in the order in which they were asked; and what was put for others. */
  readonly ends?: readonly string[];
  readonly puts?: readonly string[];
  /** How often somebody was told of a question elsewhere, each counted once, and in how many mails. */
  readonly told?: number;
  readonly mails?: number;
  /** How often each was told without a fault; once, unless they are reminded. */
  readonly timesEach?: number;
  /** For how long something is overdue in it without any fault, since its messages were lost; in milliseconds. */
  readonly overdueMs?: number;
}
