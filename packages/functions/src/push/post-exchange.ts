import type { Dispatcher } from "undici";
import { errorName } from "../aws/errors.ts";
import type { SignedPost } from "./post-signer.ts";

/** What became of one request: a status, no place to wait in (it was never sent), or the name of an error. */
export type PostEnd =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "full" }
  | { readonly kind: "lost"; readonly error: string };

/** How it shows that a server closed a kept connection just as it was used again. */
const closedByServer: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

const LATE: PostEnd = { kind: "lost", error: "TimeoutError" };

export interface PostExchangeOptions {
  readonly dispatcher: Dispatcher;
  /** Makes the request just before it is sent. */
  readonly make: () => Promise<SignedPost>;
  readonly body: Uint8Array;
  /** Called once, with what became of it. */
  readonly onEnd: (end: PostEnd) => void;
  /** Called once if it was started, when nothing of it is left in the dispatcher; not before `onEnd`. */
  readonly onDone: () => void;
}

/**
 * One POST and its answer. Should the server have closed the kept connection meanwhile, the request is made and sent
 * once more. It is itself the handler that undici calls: as closures and promises its steps took a quarter of the time.
 */
export class PostExchange implements Dispatcher.DispatchHandler {
  readonly #options: PostExchangeOptions;
  #controller: Dispatcher.DispatchController | undefined;
  #expired = false;
  #tries = 0;
  #status = 0;

  constructor(options: PostExchangeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#tries++;
    this.#options.make().then(
      (request) => this.#send(request),
      (error) => this.#end({ kind: "lost", error: errorName(error) }),
    );
  }

  /** Ends it, wherever it is: its time is over. */
  expire(): void {
    this.#expired = true;
    this.#options.onEnd(LATE);
    this.#abort();
  }

  #send({ path, headers }: SignedPost): void {
    const { dispatcher, body } = this.#options;
    if (this.#expired) this.#end(LATE);
    else dispatcher.dispatch({ method: "POST", path, headers, body }, this);
  }

  #abort(): void {
    this.#controller?.abort(new Error("late"));
  }

  #end(end: PostEnd): void {
    if (!this.#expired) this.#options.onEnd(end);
    this.#options.onDone();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#expired) this.#abort();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    this.#end({ kind: "answered", status: this.#status });
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    const error = errorName(cause);
    if (this.#tries === 1 && closedByServer.has(error)) this.start();
    else this.#end({ kind: "lost", error });
  }
}
