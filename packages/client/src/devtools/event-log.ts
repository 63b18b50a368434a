/** Keeps a limited number of the latest events; while it is paused, new events are kept separately. */
export interface EventLog<Event> {
  readonly events: readonly Event[];
  readonly isPaused: boolean;
  /** How many events came while it is paused; only the latest are kept. */
  readonly missed: number;
  add(event: Event): void;
  pause(isPaused: boolean): void;
  clear(): void;
}

export function createEventLog<Event>(most: number): EventLog<Event> {
  let shown: Event[] = [];
  let aside: Event[] = [];
  let missed = 0;
  let isPaused = false;

  return {
    get events() {
      return shown;
    },
    get isPaused() {
      return isPaused;
    },
    get missed() {
      return missed;
    },
    add(event) {
      if (isPaused) {
        missed++;
        aside = [...aside, event].slice(-most);
      } else shown = [...shown, event].slice(-most);
    },
    pause(pauses) {
      isPaused = pauses;
      if (pauses) return;
      shown = [...shown, ...aside].slice(-most);
      aside = [];
      missed = 0;
    },
    clear() {
      shown = [];
      aside = [];
      missed = 0;
    },
  };
}
