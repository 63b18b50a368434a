import { defined, type Verb } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import { dress } from "../devtools/elements.ts";
import { isUnderWay } from "../headless/answers.ts";
import { createDrafts, type DraftStorage, type Drafts } from "../headless/drafts.ts";
import { drawQuestion, ownTitle } from "./draw-question.ts";
import { type FollowedQuestion, followQuestion, type QuestionNow } from "./followed-question.ts";
import type { CallboardQuestionElement, QuestionEvents } from "./index.ts";
import { draw, line } from "./markup.ts";
import { connectionText } from "./outcome-text.ts";
import { reportAttention } from "./report-attention.ts";
import { holdClient } from "./shared-client.ts";
import { styles } from "./styles.ts";
import { isTag, wordsFor } from "./words.ts";

/** The drafts of all elements of a page, kept in the tab. */
let draftsOfTab: Drafts | undefined;

function draftsOf(): Drafts {
  draftsOfTab ??= createDrafts(storageIfAny());
  return draftsOfTab;
}

/** Where storage is forbidden, even reading the property throws. */
function storageIfAny(): DraftStorage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

/** What exists while the element is in a page. */
interface Life {
  readonly client: Callboard;
  readonly followed: FollowedQuestion;
  readonly answered: (requestId: string) => void;
  readonly stop: () => void;
}

/** Makes the class of the element; without a browser there is no class to extend. */
function questionElement(): CustomElementConstructor {
  return class extends HTMLElement implements CallboardQuestionElement {
    static readonly observedAttributes = ["socket", "token-url", "question", "subject", "lang"];

    #client: Callboard | undefined;
    #token: CallboardQuestionElement["token"];
    #life: Life | undefined;
    #section: HTMLElement;
    #isDue = false;
    #tried: { requestId: string | undefined; verb: Verb } | undefined;
    #reported = { requestId: undefined as string | undefined, phase: "idle", isClosed: false };
    #attention: { requestId: string; reporter: ReturnType<typeof reportAttention> } | undefined;
    #ticking: ReturnType<typeof setInterval> | undefined;
    #pageLanguage: MutationObserver | undefined;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      dress(root, styles);
      this.#section = this.ownerDocument.createElement("section");
      this.#section.setAttribute("part", "question");
      this.#section.tabIndex = -1;
      this.#section.addEventListener("keydown", (event) => this.#enter(event));
      root.append(this.#section);
    }

    get client() {
      return this.#client;
    }
    set client(client) {
      this.#client = client;
      this.#restart();
    }

    get token() {
      return this.#token;
    }
    set token(token) {
      const isOther = (this.#token === undefined) !== (token === undefined);
      this.#token = token;
      // A page that draws again creates the same function again.
      if (isOther) this.#restart();
    }

    connectedCallback(): void {
      // Properties that a page has set before this script was loaded hide the setters.
      for (const name of ["client", "token"] as const)
        if (Object.hasOwn(this, name)) {
          const value = this[name];
          delete this[name];
          Object.assign(this, { [name]: value });
        }
      // When a page changes its language, its parts should follow.
      this.#pageLanguage ??= new MutationObserver(this.#changed);
      this.#pageLanguage.observe(this.ownerDocument.documentElement, { attributeFilter: ["lang"] });
      this.#changed();
    }

    disconnectedCallback(): void {
      // Moving an element removes it and inserts it at once.
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#pageLanguage?.disconnect();
        this.#end();
      });
    }

    attributeChangedCallback(name: string, before: string | null, now: string | null): void {
      if (name === "lang") this.#changed();
      else if (before !== now) this.#restart();
    }

    override focus(options?: FocusOptions): void {
      const controls = "input, select, textarea, button";
      const first =
        this.#section.querySelector<HTMLElement>("[type=radio]:checked") ??
        this.#section.querySelector(controls);
      ((first ?? this.#section) as HTMLElement).focus(options);
    }

    #restart(): void {
      this.#end();
      this.#changed();
    }

    #end(): void {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
      this.#attention?.reporter.stop();
      this.#attention = undefined;
      this.#life?.stop();
      this.#life = undefined;
    }

    /**
     * All changes in one turn are drawn together; a page may set a property after it inserted the element.
     */
    #changed = (): void => {
      if (this.#isDue) return;
      this.#isDue = true;
      queueMicrotask(() => {
        this.#isDue = false;
        if (this.isConnected) this.#draw();
      });
    };

    #begin(locale: string | undefined): Life | undefined {
      const socket = this.getAttribute("socket");
      const url = this.getAttribute("token-url");
      const source =
        this.#token ?? (url === null ? undefined : new URL(url, this.ownerDocument.baseURI).href);
      const own = this.#client;
      if (!own && (socket === null || source === undefined)) return undefined;
      const held = own ? { client: own, answered() {}, release() {} } : holdClient(socket!, source!);
      const options = {
        named: this.getAttribute("question") ?? undefined,
        subject: this.getAttribute("subject") ?? undefined,
        drafts: draftsOf(),
        locale,
      };
      const followed = followQuestion(held.client, options, this.#changed);
      return {
        ...held,
        followed,
        stop() {
          followed.stop();
          // After the current turn: an element that starts again uses the same connection.
          queueMicrotask(() => queueMicrotask(held.release));
        },
      };
    }

    #draw(): void {
      const ownLang = this.closest("[lang]")?.getAttribute("lang") || this.ownerDocument.documentElement.lang;
      const { words, lang, locale } = wordsFor(ownLang, navigator.languages);
      this.#section.lang = lang;
      try {
        this.#life ??= this.#begin(navigator.languages.find(isTag));
      } catch {
        // The socket's or the token's URL is invalid.
      }
      const life = this.#life;
      if (!life) {
        draw(this.#section, line("state", words.incomplete, { role: "alert" }));
        return;
      }
      const now = life.followed.now();
      const connection = connectionText(life.client, words);
      const hadFocus = this.shadowRoot!.activeElement !== null;
      const { requestId } = now;
      draw(this.#section, [
        line("connection", connection, { role: "status", key: "connection" }),
        drawQuestion(now, {
          words,
          locale,
          tried: this.#tried?.requestId === requestId ? this.#tried?.verb : undefined,
          keep: life.followed.keep,
          press: (verb) => this.#press(verb),
          next: () => this.#next(),
        }),
      ]);
      if (now.prompt === "") this.#section.removeAttribute("aria-labelledby");
      else this.#section.setAttribute("aria-labelledby", "prompt");
      // The buttons disappear once an answer is settled; the focus must not disappear with them.
      if (hadFocus && this.shadowRoot!.activeElement === null)
        (this.shadowRoot!.getElementById(now.open ? "prompt" : "outcome") ?? this.#section).focus();
      this.#report(now);
      this.#attend(now, life.client);
      this.#tick(now.open && (now.deadline !== undefined || now.attending.length > 0));
    }

    #tick(isNeeded: boolean): void {
      if (!isNeeded) clearInterval(this.#ticking);
      this.#ticking = isNeeded ? (this.#ticking ?? setInterval(this.#changed, 1_000)) : undefined;
    }

    #attend({ open, question }: QuestionNow, client: Callboard): void {
      const requestId = open ? question?.requestId : undefined;
      if (this.#attention?.requestId !== requestId) {
        this.#attention?.reporter.stop();
        this.#attention = requestId && {
          requestId,
          reporter: reportAttention(client, requestId, this.#section),
        };
      }
      if (question) this.#attention?.reporter.askedAre(question.assignees);
    }

    #report({ requestId, outcome: { phase }, question }: QuestionNow): void {
      if (requestId === undefined) return;
      const before =
        this.#reported.requestId === requestId ? this.#reported : { phase: "idle", isClosed: false };
      const isClosed = question !== undefined && question.state !== "open";
      this.#reported = { requestId, phase, isClosed: isClosed || before.isClosed };
      if (phase !== before.phase) this.#emit("callboard-outcome", { requestId, phase });
      if (isClosed && !before.isClosed) this.#emit("callboard-closed", { requestId, state: question.state });
    }

    #emit<Type extends keyof QuestionEvents>(type: Type, detail: QuestionEvents[Type]["detail"]): boolean {
      const cancelable = type === "callboard-answer";
      return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
    }

    #press(verb: Verb): void {
      const { followed, answered } = this.#life!;
      const now = followed.now();
      const { requestId, marked } = now;
      if (requestId === undefined || isUnderWay(now.outcome)) return;
      const title = ownTitle(now).trim();
      const value =
        verb === "edit" && title !== "" ? defined({ title, description: marked?.description }) : undefined;
      const reply = followed.reply(verb, value);
      this.#tried = reply ? undefined : { requestId, verb };
      if (!reply) {
        this.#draw();
        this.#section
          .querySelector<HTMLElement>(
            "[aria-invalid] input, input[aria-invalid], textarea[aria-invalid], select[aria-invalid], [data-invalid]",
          )
          ?.focus();
        return;
      }
      if (!this.#emit("callboard-answer", { requestId, verb })) return;
      answered(requestId);
      followed.send(reply);
    }

    #next(): void {
      this.#life!.followed.next();
      this.#draw();
      this.focus();
    }

    /**
     * Enter in a single-line field sends the answer that the field belongs to; not while an input method
     * composes.
     */
    #enter(event: KeyboardEvent): void {
      const line = event.target as HTMLElement;
      // Safari reports key code 229 for the Enter that ends a composition.
      const composes = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || composes || !line.matches?.("input[part=input]")) return;
      const verb = line.closest<HTMLElement>("[data-verb]")?.dataset.verb;
      if (verb) this.#press(verb as Verb);
    }
  };
}

const name = "callboard-question";

// If another version is loaded too, the first one stays. A server has no elements at all.
if (globalThis.customElements && !customElements.get(name)) customElements.define(name, questionElement());
