import { inUnit, quantity, ratio, short } from "../figure.ts";
import type { Figure, Goal } from "../row.ts";
import { median } from "../statistics.ts";
import type { Told } from "./measure.ts";

const words = {
  http: "Callboard, posts over HTTP",
  loop: "a bare loop of signed posts",
  local: "Callboard as `npm start` runs it",
  ws: "a bare `ws` broadcast",
  socket_io: "a Socket.IO room",
  serverless_offline: "the SDK's client and serverless-offline",
} as const;

export type ContestantName = keyof typeof words;

/** Ways to send one message to many browsers, in the order in which they are measured. */
export const contestants = Object.keys(words) as ContestantName[];

/** One measurement of one of them. */
export interface Push extends Pick<Told, "ms" | "cpuMs" | "missed"> {
  readonly one: ContestantName;
  readonly size: number;
}

const compared: readonly (readonly [ContestantName, ContestantName, Goal?])[] = [
  ["http", "loop", { atMost: 1.5 }],
  ["http", "ws"],
  ["http", "socket_io"],
  ["http", "serverless_offline"],
  ["local", "ws", { atMost: 1.4 }],
  ["local", "socket_io"],
];

/** The ratios, with goals for the largest audience; and its cost per browser, over that of the smallest. */
export function pushFigures(pushes: readonly Push[]): Figure[] {
  const sizes = sizesOf(pushes);
  const [fewest, most] = [sizes[0]!, sizes.at(-1)!];
  const ratios = compared.flatMap(([of, over, goal]) =>
    sizes.map((size) =>
      ratio(
        {
          name: `push.${of}_${size}_over_${over}`,
          what: `${words[of]}, to ${words[over]}: ${told(size)} browsers`,
          ...(goal && size === most ? { goal } : {}),
        },
        timesOf(pushes, of, size),
        timesOf(pushes, over, size),
        inUnit("ms"),
      ),
    ),
  );
  const flat = (["http", "local"] as const).map((one) =>
    ratio(
      {
        name: `push.${one}_flat`,
        what: `${words[one]}: cost a browser with ${told(most)}, to that with ${told(fewest)}`,
        goal: { atMost: 1.2 },
      },
      aBrowser(timesOf(pushes, one, most), most),
      aBrowser(timesOf(pushes, one, fewest), fewest),
      inUnit("µs"),
    ),
  );
  return [...ratios, ...flat, reached(pushes)];
}

/** A browser that is not reached has to wait for the next delta, or for a heartbeat. */
function reached(pushes: readonly Push[]): Figure {
  const own = pushes.filter(({ one }) => one === "http" || one === "local");
  const sum = (of: (push: Push) => number) => own.reduce((total, push) => total + of(push), 0);
  return quantity(
    {
      name: "push.reached",
      what: "share of browsers that Callboard's pushes reached at once",
      unit: "",
      goal: { atLeast: 1 },
    },
    [1 - sum(({ missed }) => missed) / sum(({ size }) => size)],
  );
}

/** Times and costs of all of them, and how many browsers they missed, as Markdown. */
export function pushNotes(pushes: readonly Push[]): string {
  const sizes = sizesOf(pushes);
  const rows = contestants.map((one) => {
    const cells = sizes.flatMap((size) => {
      const ms = median(timesOf(pushes, one, size));
      const cpu = of(pushes, one, size).flatMap(({ cpuMs }) => cpuMs ?? []);
      return [
        `${short(ms)} ms`,
        short((ms * 1000) / size),
        cpu.length > 0 ? short((median(cpu) * 1000) / size) : "",
      ];
    });
    return `| ${[words[one], ...cells].join(" | ")} |`;
  });
  const missed = pushes
    .filter((push) => push.missed > 0)
    .map((push) => `- ${words[push.one]}, ${told(push.size)} browsers: ${told(push.missed)} in one run`);
  return [
    "How long it takes until the last browser has it; that time shared among the browsers, in µs; and the processor's time of the process that tells them, shared likewise.",
    "",
    `| browsers | ${sizes.map((size) => `${told(size)} | µs | processor, µs`).join(" | ")} |`,
    `| --- |${" ---: | ---: | ---: |".repeat(sizes.length)}`,
    ...rows,
    ...(missed.length > 0
      ? ["", "Not everybody was reached, and the time is that of the last who was:", "", ...missed]
      : []),
  ].join("\n");
}

const sizesOf = (pushes: readonly Push[]): number[] => [...new Set(pushes.map(({ size }) => size))];

const of = (pushes: readonly Push[], one: ContestantName, size: number): Push[] =>
  pushes.filter((push) => push.one === one && push.size === size);

const timesOf = (pushes: readonly Push[], one: ContestantName, size: number): number[] =>
  of(pushes, one, size).map(({ ms }) => ms);

/** In microseconds. */
const aBrowser = (times: readonly number[], size: number): number[] => times.map((ms) => (ms * 1000) / size);

const told = (count: number): string => count.toLocaleString("en");
