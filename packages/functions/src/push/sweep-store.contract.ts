import { describe, expect, it } from "vitest";
import type { SweepPlace, SweepStore } from "./ports.ts";
import type { Sweep } from "./sweep.ts";

const place: SweepPlace = { channel: "watch:video/v_1", index: 0 };

const sweep = (stamp: string, more: Partial<Sweep> = {}): Sweep => ({
  stamp,
  shards: 4,
  sweeps: 2,
  visits: 3,
  after: "c1",
  due: [
    {
      delta: {
        epoch: "e1",
        from: 1,
        to: 2,
        items: [{ key: "k", value: { words: "è" }, offset: 2, version: "1", at: 1 }],
      },
      until: 5,
    },
  ],
  held: { by: "h1", until: Date.UTC(2026, 0, 1) },
  ...more,
});

/** The behaviour of every store of sweeps; `make` creates a new one. */
export function sweepStoreContract(name: string, make: () => Promise<{ readonly sweeps: SweepStore }>): void {
  describe(`sweeps in ${name}`, () => {
    it("returns what was written, for one channel and index", async () => {
      const { sweeps } = await make();
      expect(await sweeps.read(place)).toBeUndefined();
      expect(await sweeps.write(place, undefined, sweep("s1"))).toBe("written");
      expect(await sweeps.read(place)).toEqual(sweep("s1"));
      expect(await sweeps.read({ ...place, index: 1 })).toBeUndefined();
      expect(await sweeps.read({ ...place, channel: "work:video/v_1" })).toBeUndefined();
      const { held: _, after: __, ...free } = sweep("s2");
      expect(await sweeps.write(place, sweep("s1"), free)).toBe("written");
      expect(await sweeps.read(place)).toEqual(free);
    });

    it("does not overwrite a later write", async () => {
      const { sweeps } = await make();
      await sweeps.write(place, undefined, sweep("s1"));
      expect(await sweeps.write(place, undefined, sweep("s2"))).toBe("conflict");
      await sweeps.write(place, sweep("s1"), sweep("s3", { visits: 4 }));
      expect(await sweeps.write(place, sweep("s1"), sweep("s4"))).toBe("conflict");
      expect(await sweeps.write(place, sweep("s1"), undefined)).toBe("conflict");
      expect(await sweeps.read(place)).toEqual(sweep("s3", { visits: 4 }));
    });

    it("takes a write that is repeated for the same", async () => {
      const { sweeps } = await make();
      await sweeps.write(place, undefined, sweep("s1"));
      expect(await sweeps.write(place, undefined, sweep("s1"))).toBe("written");
      await sweeps.write(place, sweep("s1"), sweep("s2"));
      expect(await sweeps.write(place, sweep("s1"), sweep("s2"))).toBe("written");
      expect(await sweeps.write(place, sweep("s2"), undefined)).toBe("written");
      expect(await sweeps.write(place, sweep("s2"), undefined)).toBe("written");
      expect(await sweeps.read(place)).toBeUndefined();
      expect(await sweeps.write(place, sweep("s2"), sweep("s3"))).toBe("conflict");
    });

    it("lets one of many that write at once win", async () => {
      const { sweeps } = await make();
      const stamps = Array.from({ length: 10 }, (_, n) => `s${n}`);
      const outcomes = await Promise.all(stamps.map((stamp) => sweeps.write(place, undefined, sweep(stamp))));
      expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
      expect((await sweeps.read(place))?.stamp).toBe(stamps[outcomes.indexOf("written")]);
    });
  });
}
