import type { Chaos, Clock, GatewayLimits } from "@callboard/aws-local";
import type { Sender } from "@callboard/functions/push";

export interface StartOptions {
  /** The folder of the built pages. */
  readonly pages: string;
  /** Takes what is worth a line at the terminal. */
  readonly say: (line: string) => void;
  readonly clock?: Clock;
  /** Waits before a failed function is tried again, in milliseconds; two tries as on AWS, but sooner. */
  readonly retryDelaysMs?: readonly number[];
  /** How the bus shuffles and duplicates what it delivers; left out, it does not. */
  readonly chaos?: Chaos;
  /** How messages are posted to connections: in this process unless told, or over HTTP as on AWS. */
  readonly posts?: "in-process" | "http";
  /** Stands between the functions and the gateway when posts are in process. */
  readonly disturbPosts?: (sender: Sender) => Sender;
  /** Bounds of the WebSocket API other than those of a new AWS account. */
  readonly gatewayLimits?: Partial<GatewayLimits>;
}
