/** What is to be told of one question. */
export interface Told {
  readonly requestId: string;
  /** Another one means that it is asked again: a new round, or a reminder. */
  readonly mark: string;
  readonly title: string;
  readonly body: string;
}

/** A notification on the screen. */
export interface Shown {
  close(): void;
}

/** What telling needs of the browser. */
export interface NotifierPorts {
  /** Nobody looks at this page. */
  isHidden(): boolean;
  /** Gives a way to let go of a name that no other tab has; undefined where one has it, or a page is looked at. */
  claim(name: string): Promise<(() => void) | undefined>;
  /** Undefined where it cannot be shown. */
  show(told: Omit<Told, "mark">, pressed: () => void): Shown | undefined;
  open(requestId: string): void;
}

/** Tells of questions while nobody looks. */
export interface Notifier {
  /** What is open now; what goes from it is told no more. The first time nothing is told: it was there before. */
  follow(open: readonly Told[], many: (count: number) => string): void;
  /** Takes everything from the screen. */
  stop(): void;
}

/** More at once are told as one. */
const MOST_AT_ONCE = 3;
/** The name of a notification that tells of many. */
const MANY = "callboard";

interface Standing {
  shown?: Shown | undefined;
  letGo?: (() => void) | undefined;
  isOver: boolean;
}

/** Tells each question once over all tabs, and takes it back once it is answered. */
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
    // It was answered, or somebody came to look, while the tabs agreed.
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
      if (fresh.length <= MOST_AT_ONCE) for (const { mark, ...told } of fresh) void tell(told, mark);
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
