/** Admits a limited number at a time; the others wait in order. */
export interface Door {
  /** Resolves when there is room, with a function that releases the place. */
  enter(): Promise<() => void>;
}

/** Longest time for which a place is taken: some failed attempts are never reported. */
const MAX_MS = 5_000;

export function createDoor(room: number): Door {
  const waiting: (() => void)[] = [];
  let inside = 0;

  const leave = () => {
    inside--;
    waiting.shift()?.();
  };

  return {
    async enter() {
      if (inside >= room) await new Promise<void>((turn) => waiting.push(turn));
      inside++;
      let isIn = true;
      const out = () => {
        if (!isIn) return;
        isIn = false;
        clearTimeout(timer);
        leave();
      };
      const timer = setTimeout(out, MAX_MS);
      return out;
    },
  };
}
