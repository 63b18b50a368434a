import { quantity, ratio } from "../figure.ts";
import type { Posting } from "../posting/senders.ts";
import type { Poster } from "../processes/poster.ts";
import type { Sink } from "../processes/sink.ts";
import type { Context, Figures } from "../row.ts";

export const name = "sender";

const postings = ["sdk", "lean", "bare"] as const satisfies readonly Posting[];
const IN_FLIGHT = 64;
const text = JSON.stringify({ type: "delta", text: "x".repeat(300) }).slice(0, 300);

/** What a post costs the process that makes it: posts per second of its processor's time, in three ways. */
export async function run({ runs, quick, start, say }: Context): Promise<Figures> {
  const posts = quick ? 500 : 20_000;
  const ids = Array.from({ length: posts }, (_, n) => `${String(n).padStart(12, "0")}=`.padStart(16, "L"));
  const endpoint = await (await start<Sink>("sink")).call("url");
  const perCpuSecond: Record<(typeof postings)[number], number[]> = { sdk: [], lean: [], bare: [] };
  const posters = await Promise.all(
    postings.map(async (posting) => {
      const poster = await start<Poster>("poster");
      await poster.call("by", posting, endpoint);
      return { posting, poster };
    }),
  );
  for (const { poster } of posters) await poster.call("post", ids.slice(0, posts / 4), text, IN_FLIGHT);
  for (let run = 1; run <= runs; run++) {
    for (const { posting, poster } of posters) {
      const { cpuMs } = await poster.call("post", ids, text, IN_FLIGHT);
      perCpuSecond[posting].push(posts / (cpuMs / 1000));
    }
    say(
      `run ${run}: ${postings.map((one) => `${one} ${Math.round(perCpuSecond[one].at(-1)!)}/s`).join(", ")}`,
    );
  }
  const { sdk, lean, bare } = perCpuSecond;
  const posted = (value: number) => `${Math.round(value).toLocaleString("en")}/s`;
  return {
    figures: [
      ratio(
        {
          name: "sender.lean_over_sdk",
          what: "posts per second of processor time, Callboard's sender to the SDK's client",
          goal: { atLeast: 5 },
        },
        lean,
        sdk,
        posted,
      ),
      ratio(
        {
          name: "sender.lean_over_bare",
          what: "the same, to an unsigned POST with undici",
          goal: { atLeast: 0.7 },
        },
        lean,
        bare,
        posted,
      ),
      quantity(
        {
          name: "sender.lean_per_second",
          what: "posts of Callboard's sender per second of processor time",
          unit: "/s",
        },
        lean,
      ),
    ],
  };
}
