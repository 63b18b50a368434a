import type { SweepPlace, SweepStore } from "../push/ports.ts";
import type { Sweep } from "../push/sweep.ts";

/** Sweeps in memory. */
export function memorySweepStore(): SweepStore {
  const rows = new Map<string, Sweep>();
  const key = ({ channel, index }: SweepPlace) => `${channel}\n${index}`;
  return {
    read: async (place) => rows.get(key(place)),
    async write(place, before, after) {
      const known = rows.get(key(place));
      if (known?.stamp === after?.stamp) return "written";
      if (known?.stamp !== before?.stamp) return "conflict";
      if (after) rows.set(key(place), JSON.parse(JSON.stringify(after)) as Sweep);
      else rows.delete(key(place));
      return "written";
    },
  };
}
