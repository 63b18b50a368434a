import type { Calling } from "../calling/callers.ts";
import { inUnit, quantity, ratio } from "../figure.ts";
import type { Caller } from "../processes/caller.ts";
import type { Rows } from "../processes/rows.ts";
import type { Context, Figures } from "../row.ts";

export const name = "calls";

const callings = ["sdk", "lean", "undici"] as const satisfies readonly Calling[];
const IN_FLIGHT = 16;

/** What a call of DynamoDB costs the process that makes it, in milliseconds of its processor, in three ways. */
export async function run({ runs, quick, start, say }: Context): Promise<Figures> {
  const calls = quick ? 200 : 6000;
  const endpoint = await (await start<Rows>("rows")).call("url");
  const msACall: Record<(typeof callings)[number], number[]> = { sdk: [], lean: [], undici: [] };
  const callers = await Promise.all(
    callings.map(async (calling) => {
      const caller = await start<Caller>("caller");
      await caller.call("by", calling, endpoint);
      return { calling, caller };
    }),
  );
  for (const { caller } of callers) await caller.call("call", calls / 2, IN_FLIGHT);
  for (let run = 1; run <= runs; run++) {
    for (const { calling, caller } of callers)
      msACall[calling].push((await caller.call("call", calls, IN_FLIGHT)) / calls);
    say(`run ${run}: ${callings.map((one) => `${one} ${msACall[one].at(-1)!.toFixed(3)} ms`).join(", ")}`);
  }
  const { sdk, lean, undici } = msACall;
  const ms = inUnit("ms");
  return {
    figures: [
      ratio(
        {
          name: "calls.sdk_over_lean",
          what: "processor time of a DynamoDB call, the SDK's document client to Callboard's, over Node's connections",
          goal: { atLeast: 3 },
        },
        sdk,
        lean,
        ms,
      ),
      ratio(
        {
          name: "calls.sdk_over_undici",
          what: "the same, over undici's, as in functions that post",
          goal: { atLeast: 4 },
        },
        sdk,
        undici,
        ms,
      ),
      quantity(
        { name: "calls.lean_ms", what: "processor time of one call over Node's connections", unit: "ms" },
        lean,
      ),
      quantity(
        { name: "calls.undici_ms", what: "processor time of one call over undici's", unit: "ms" },
        undici,
      ),
    ],
  };
}
