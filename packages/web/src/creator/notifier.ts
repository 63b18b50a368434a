/** A question to notify about. */
export interface Told {
  readonly requestId: string;
  /** A new mark means that it is asked again: a new round, or a reminder. */
  readonly mark: string;
  readonly title: string;
  readonly body: string;
}

/** A notification on the screen. */
export interface Shown {
  close(): void;
}

/** The browser functions that a notifier needs. */
export interface NotifierPorts {
  /** Whether nobody sees this page. */
  isHidden(): boolean;
  /**
   * Claims a name for this tab and returns a function that releases it; undefined when another tab has it, or
   * a page is visible.
   */
  claim(name: string): Promise<(() => void) | undefined>;
  /** Undefined when it cannot be shown. */
  show(told: Omit<Told, "mark">, pressed: () => void): Shown | undefined;
  open(requestId: string): void;
}

/** Notifies about questions while no page is visible. */
export interface Notifier {
  /**
   * Sets the open questions; those that disappear are not notified any more. The first call notifies nothing,
   * because these were there before.
   */
  follow(open: readonly Told[], many: (count: number) => string): void;
  /** Removes all notifications from the screen. */
  stop(): void;
}

/** More notifications at once become one. */
const MAX_AT_ONCE = 3;
/** The name of the notification about several questions. */
const MANY = "callboard";

interface Standing {
  shown?: Shown | undefined;
  letGo?: (() => void) | undefined;
  isOver: boolean;
}

/** Notifies about each question once over all tabs, and removes the notification when it is answered. */
export function createNotifier({ isHidden, claim, show, open }: NotifierPorts): Notifier {
  let known: ReadonlyMap<string, string> | undefined;
  const standing = new Map<string, Standing>();

  function end(id: string): void {
    const one = standing.get(id);
    if (!one) return;
    one.isOver = true;
    one.shown?.close();
    one.letGo?.();
    standing.delete(id);
  }

  async function tell(told: Omit<Told, "mark">, mark: string): Promise<void> {
    const id = told.requestId;
    end(id);
    const one: Standing = { isOver: false };
    standing.set(id, one);
    const letGo = await claim(`${id} ${mark}`);
    if (!letGo) return;
    // It was answered, or a page became visible, while the tabs agreed.
    if (one.isOver || !isHidden()) return letGo();
    one.letGo = letGo;
    one.shown = show(told, () => {
      end(id);
      if (id !== MANY) open(id);
    });
  }

  return {
    follow(now, many) {
      const before = known;
      known = new Map(now.map(({ requestId, mark }) => [requestId, mark]));
      for (const id of standing.keys()) if (id !== MANY && !known.has(id)) end(id);
      if (now.length === 0) end(MANY);
      if (before === undefined || !isHidden()) return;
      const fresh = now.filter(({ requestId, mark }) => before.get(requestId) !== mark);
      if (fresh.length <= MAX_AT_ONCE) for (const { mark, ...told } of fresh) void tell(told, mark);
      else
        void tell(
          { requestId: MANY, title: many(fresh.length), body: fresh[0]!.body },
          fresh.map(({ requestId }) => requestId).join(),
        );
    },
    stop() {
      for (const id of [...standing.keys()]) end(id);
    },
  };
}
