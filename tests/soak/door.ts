/** Lets so many in at a time; the others wait, in the order in which they came. */
export interface Door {
  /** Resolves when there is room, with the function that makes room for the next. */
  enter(): Promise<() => void>;
}

/** Nobody takes up room for longer: not every failed attempt is heard of. */
const longestMs = 5_000;

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
      const timer = setTimeout(out, longestMs);
      return out;
    },
  };
}
