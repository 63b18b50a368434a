import { awsAt } from "../../tests/e2e/aws.ts";
import { serve } from "../children/serve.ts";

export type Producer = typeof commands;

/** The most puts in flight, so that an overloaded service gets fewer events. */
const MAX_UNDER_WAY = 50;
const MAX_SECONDS = 240;

let load: NodeJS.Timeout | undefined;
let startedAt = 0;
let put = 0;
const underWay = new Set<Promise<void>>();
let failures = 0;

/** A workflow that reports progress of many subjects through the EventBridge API. */
const commands = {
  /** Begins to put events at a rate, one for each call, of one subject after another; ends by itself. */
  begin(endpoint: string, perSecond: number, subjects: readonly string[]): void {
    const aws = awsAt(endpoint);
    const everyMs = 1000 / perSecond;
    startedAt = performance.now();
    put = 0;
    let turn = 0;
    const putOne = () => {
      const event = {
        subject: subjects[put % subjects.length]!,
        step: "work",
        state: "running",
        at: Date.now(),
        message: `event ${put++}`,
      };
      const one: Promise<void> = aws
        .put("Progress Reported", [event])
        .catch(() => void failures++)
        .finally(() => underWay.delete(one));
      underWay.add(one);
    };
    load = setInterval(() => {
      const ms = performance.now() - startedAt;
      for (; turn * everyMs <= ms; turn++) if (underWay.size < MAX_UNDER_WAY) putOne();
      if (ms > MAX_SECONDS * 1000) clearInterval(load);
    }, everyMs);
  },

  /** Ends the load; returns how many were put in a second. */
  async end(): Promise<number> {
    clearInterval(load);
    const perSecond = put / ((performance.now() - startedAt) / 1000);
    await Promise.all(underWay);
    if (failures > 0) throw new Error(`${failures} events were not put`);
    return perSecond;
  },
};

serve(commands, () => clearInterval(load));
