import type { Callboard } from "../callboard.ts";
import { button, dress, element } from "./elements.ts";
import { createEventLog } from "./event-log.ts";
import { styles } from "./styles.ts";
import {
  channelWords,
  eventWords,
  type InspectedChannel,
  type ShownEvent,
  stateWords,
  timeWords,
} from "./words.ts";

export type { DebugEvent } from "../debug.ts";
export type { InspectedChannel } from "./words.ts";

const MAX_EVENTS = 50;
const MAX_CHANNELS = 50;

/** What the panel needs of a client. */
export interface Inspected extends Pick<Callboard, "state" | "onState" | "onDebug" | "now" | "retryNow"> {
  /** The views that were requested, in that order. */
  channels(): readonly InspectedChannel[];
}

/** A panel that is on the page. */
export interface Devtools {
  /** Takes the panel off the page, and stops listening. */
  unmount(): void;
}

/**
 * Shows a client's connection, its channels, and its last 50 frames and notes, without tokens. The panel is
 * put into `container`, or else into the corner of the page, where a button opens it.
 */
export function mountDevtools(callboard: Inspected, container?: HTMLElement): Devtools {
  const document = container?.ownerDocument ?? globalThis.document;
  if (document === undefined) throw new Error("mountDevtools: there is no document here");
  const log = createEventLog<ShownEvent>(MAX_EVENTS);
  const rows = new Map<ShownEvent, HTMLLIElement>();
  let isDrawing = false;
  let isOver = false;

  const status = element(document, "p", { role: "status" });
  const retry = button(document, "Retry now", () => callboard.retryNow());
  const pause = button(document, "Pause", () => {
    log.pause(!log.isPaused);
    drawSoon();
  });
  const clear = button(document, "Clear", () => {
    log.clear();
    drawSoon();
  });
  const channelsTitle = element(document, "h3");
  const channels = element(document, "ul");
  const eventsTitle = element(document, "h3");
  const events = element(document, "ol", {
    tabindex: "0",
    "aria-label": "Frames and notes, the newest first",
  });
  const panel = element(
    document,
    "section",
    { "aria-label": "Callboard devtools" },
    element(document, "header", {}, element(document, "h2", {}, "Callboard"), retry),
    status,
    channelsTitle,
    channels,
    element(document, "div", { class: "tools" }, eventsTitle, pause, clear),
    events,
  );
  const host = element(document, "div");
  const root = host.attachShadow({ mode: "open" });
  dress(root, styles);
  if (!container) {
    host.dataset.floating = "";
    root.append(opener(document, panel));
  }
  root.append(panel);
  (container ?? document.body).append(host);

  /** All changes in one turn are drawn together. */
  function drawSoon(): void {
    if (isDrawing || isOver) return;
    isDrawing = true;
    void Promise.resolve().then(() => {
      isDrawing = false;
      if (!isOver) draw();
    });
  }

  function draw(): void {
    drawState();
    drawChannels();
    drawEvents();
  }

  function drawState(): void {
    const { state } = callboard;
    const words = stateWords(state, callboard.now());
    // Screen readers announce each state, but not each second.
    if (status.dataset.state !== state.state) status.dataset.state = state.state;
    if (status.textContent !== words) status.textContent = words;
    status.setAttribute("aria-live", state.state === "waiting" ? "off" : "polite");
    retry.hidden = state.state !== "waiting";
  }

  function drawChannels(): void {
    const views = callboard.channels();
    const shown = views.slice(0, MAX_CHANNELS).map((view) => {
      const name = element(document, "div", { class: "name" }, view.name);
      return element(
        document,
        "li",
        {},
        name,
        element(document, "div", { class: "quiet" }, channelWords(view)),
      );
    });
    const left = views.length - shown.length;
    if (left > 0) shown.push(element(document, "li", { class: "quiet" }, `and ${left} more`));
    channels.replaceChildren(...shown);
    channelsTitle.textContent = `Channels (${views.length})`;
  }

  /** Rows keep their elements, so that an open or focused row stays so. */
  function drawEvents(): void {
    const wanted = new Set(log.events);
    for (const [event, row] of rows)
      if (!wanted.has(event)) {
        row.remove();
        rows.delete(event);
      }
    for (const event of log.events) {
      if (rows.has(event)) continue;
      const row = rowOf(document, event);
      rows.set(event, row);
      events.prepend(row);
    }
    eventsTitle.textContent = log.isPaused
      ? `Frames and notes (${log.missed} while paused)`
      : "Frames and notes";
    pause.textContent = log.isPaused ? "Go on" : "Pause";
    pause.setAttribute("aria-pressed", String(log.isPaused));
  }

  const ends = [
    callboard.onState(drawSoon),
    callboard.onDebug((event) => {
      // The state is shown above them, and a note explains it.
      if (event.kind !== "state") log.add(event);
      drawSoon();
    }),
  ];
  const ticking = setInterval(drawState, 1000);
  draw();

  return {
    unmount() {
      if (isOver) return;
      isOver = true;
      clearInterval(ticking);
      for (const end of ends) end();
      host.remove();
    },
  };
}

/**
 * Opens and closes the panel in the corner of the page; it starts closed, because it would cover the page.
 */
function opener(document: Document, panel: HTMLElement): HTMLButtonElement {
  let isOpen = false;
  const made = button(document, "Callboard devtools", () => show(!isOpen));
  const show = (isShown: boolean) => {
    isOpen = isShown;
    panel.hidden = !isShown;
    made.setAttribute("aria-expanded", String(isShown));
  };
  show(false);
  return made;
}

const arrows = { sent: "↑", received: "↓", note: "•" } as const;

const classOf = (event: ShownEvent): string =>
  event.kind === "note" && event.isFault ? "fault" : event.kind;

function rowOf(document: Document, event: ShownEvent): HTMLLIElement {
  const { what, more, detail } = eventWords(event);
  const line = [
    element(
      document,
      "span",
      { class: classOf(event), "aria-label": event.kind, role: "img" },
      arrows[event.kind],
    ),
    " ",
    element(document, "time", {}, timeWords(event.at)),
    " ",
    element(document, "span", { class: "name" }, what),
    " ",
    element(document, "span", { class: "quiet" }, more),
  ];
  if (detail === undefined)
    return element(document, "li", {}, element(document, "div", { class: "plain" }, ...line));
  const summary = element(document, "summary", {}, ...line);
  return element(
    document,
    "li",
    {},
    element(document, "details", {}, summary, element(document, "pre", {}, detail)),
  );
}
