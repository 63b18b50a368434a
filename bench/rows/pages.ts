import { openBrowser } from "../../tests/e2e/browser.ts";
import { eventually } from "../../tests/e2e/people.ts";
import { loadOnSlowLine, type SlowLoad, slowLine, waterfall } from "../../tests/e2e/slow-line.ts";
import { devToken } from "../callboard/tokens.ts";
import { beforeOf, sides, turnsOf } from "../compare.ts";
import { quantity, short } from "../figure.ts";
import type { Context, Figure, Figures, Goal, Side } from "../row.ts";

export const name = "pages";
export const against = true;

/** A page, its address, and what must be drawn before it counts as shown. */
const visits = {
  creator: {
    what: "the creator's page with a question",
    shown: ["[data-candidate]", ".button.primary"],
    until: "its first candidate and its button are drawn",
  },
  viewer: {
    what: "the viewer's page of a video",
    shown: ["[data-step]"],
    until: "its first step is drawn",
  },
  theatre: { what: "the first page", shown: ["main :is(a, button)"], until: "there is something to press" },
} as const;
type Visit = keyof typeof visits;
const names = Object.keys(visits) as Visit[];

const goals: Readonly<Record<"firstContentMs" | "shownMs", Goal>> = {
  firstContentMs: { atMost: 2_500 },
  shownMs: { atMost: 4_500 },
};

/** A service with a waiting question, and the load times of its pages. */
interface Found {
  readonly pages: string;
  readonly video: string;
  readonly loads: Record<Visit, SlowLoad[]>;
}

/** How soon pages are shown on a slow network, in a browser with an empty cache. */
export async function run(context: Context): Promise<Figures> {
  const browser = await openBrowser();
  try {
    const found: Partial<Record<Side, Found>> = {};
    for (const side of sides(context)) found[side] = await ask(context, side);
    for (let run = 0; run <= context.runs; run++)
      for (const side of turnsOf(context, run)) {
        const { pages, video, loads } = found[side]!;
        for (const visit of names) {
          const address = visit === "theatre" ? "/" : `/${visit}.html#video=${video}`;
          const load = await loadOnSlowLine(browser, `${pages}${address}`, visits[visit].shown);
          // The first run does not count: in it, files are compressed and the browser starts.
          if (run > 0) loads[visit].push(load);
          context.say(
            `run ${run}, ${side}, ${visit}: ${short(load.firstContentMs)} ms, ${short(load.shownMs)} ms`,
          );
        }
      }
    const figures = allFigures(found.here!);
    return {
      figures: beforeOf(context, figures, found.before ? allFigures(found.before) : []),
      notes: notes(found.here!),
    };
  } finally {
    await browser.close();
  }
}

/** Starts a service and has the sample ask its question, of a video that has been made ready by then. */
async function ask({ serve }: Context, side: Side): Promise<Found> {
  const { pages } = await serve(side);
  const { httpUrl } = (await (await fetch(`${pages}/config.json`)).json()) as { httpUrl: string };
  const headers = {
    authorization: `Bearer ${await devToken(pages, "ana", "creator")}`,
    "content-type": "application/json",
  };
  await fetch(`${httpUrl}/videos/sample`, { method: "POST", headers, body: '{"timeoutSeconds":86400}' });
  const asked = await eventually(
    async () => {
      const answer = await fetch(`${httpUrl}/requests`, { headers });
      return ((await answer.json()) as { requests: { subject: string }[] }).requests;
    },
    ({ length }) => length > 0,
  );
  return {
    pages,
    video: asked[0]!.subject.replace("video/", ""),
    loads: { creator: [], viewer: [], theatre: [] },
  };
}

function allFigures({ loads }: Found): Figure[] {
  return names.flatMap((visit) => {
    const { what, until } = visits[visit];
    const of = (pick: (load: SlowLoad) => number) => loads[visit].map(pick);
    const figure = (key: "firstContentMs" | "shownMs", name: string, said: string) =>
      quantity(
        { name: `pages.${visit}_${name}_ms`, what: said, unit: "ms", goal: goals[key] },
        of((load) => load[key]),
      );
    return [
      figure("firstContentMs", "first_content", `${what} on a bad line: until something has been painted`),
      figure("shownMs", "shown", `${what} on a bad line: until ${until}`),
      quantity(
        { name: `pages.${visit}_kb`, what: `${what}: what has come over the line by then`, unit: "KB" },
        of(({ bytes }) => bytes / 1000),
      ),
      quantity(
        {
          name: `pages.${visit}_shift`,
          what: `${what}: layout shift by then`,
          unit: "",
          goal: { atMost: 0.05 },
        },
        of(({ shift }) => shift),
      ),
    ];
  });
}

/** Of the creator's page of the median run. */
function notes({ loads }: Found): string {
  const sorted = [...loads.creator].sort((one, other) => one.shownMs - other.shownMs);
  const load = sorted[Math.floor(sorted.length / 2)]!;
  return [
    `A bad line is ${slowLine.downloadThroughput / 1024} KB/s both ways and ${slowLine.latency} ms until anything answers, by the browser's own throttling, sockets included, with an empty cache. The rounds of the creator's page, one after the other: ${load.rounds.join(" → ")}. What it asks for, and when:`,
    "",
    "```",
    waterfall(load),
    "```",
  ].join("\n");
}
