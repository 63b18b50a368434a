import type { Dispatcher } from "undici";
import { errorName } from "../errors.ts";
import { answered, LATE, type PostEnd, type SignedPost, textOf } from "./posting.ts";

/** The error when a server closed a kept connection just as it was used again. */
const closedByServer: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** One POST, and the callbacks for its end. */
export interface UndiciExchangeOptions {
  readonly dispatcher: Dispatcher;
  /** Creates the request just before it is sent. */
  readonly make: () => Promise<SignedPost>;
  readonly body: Uint8Array | string;
  /** Whether the answer's text is kept; otherwise only its status. */
  readonly keepAnswer: boolean;
  /** Whether to create and send the request once more if the server had closed the kept connection. */
  readonly sendAgain: boolean;
  /** Called once, with the outcome. */
  readonly onEnd: (end: PostEnd) => void;
  /** Called once if it was started, when the dispatcher has released it; not before `onEnd`. */
  readonly onDone: () => void;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One POST and its answer. The object itself is undici's handler: closures and promises took a quarter of the time. */
export class UndiciExchange implements Dispatcher.DispatchHandler {
  readonly #options: UndiciExchangeOptions;
  #controller: Dispatcher.DispatchController | undefined;
  #expired = false;
  #tries = 0;
  #status = 0;
  #headers: Headers = {};
  #chunks: Buffer[] = [];

  constructor(options: UndiciExchangeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#tries++;
    this.#options.make().then(
      (request) => this.#send(request),
      (error) => this.#end({ kind: "lost", error: errorName(error) }),
    );
  }

  /** Ends it at any stage, because it timed out. */
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

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#options.keepAnswer) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#options.keepAnswer) this.#end({ kind: "answered", status: this.#status, body: "" });
    else this.#end(answered(this.#status, textOf(this.#chunks), this.#headers));
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    const error = errorName(cause);
    if (this.#options.sendAgain && this.#tries === 1 && closedByServer.has(error)) this.start();
    else this.#end({ kind: "lost", error });
  }
}
