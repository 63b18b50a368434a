import { type Former, readBefore } from "../before.ts";
import { quantity, short, told } from "../figure.ts";
import { assumed, assumptions } from "../pricing/assumptions.ts";
import { idleBills, idlePostProcessing } from "../pricing/idle.ts";
import { type Bill, dollarsOf, prices } from "../pricing/list-prices.ts";
import {
  billOf,
  costOf,
  dollarsPerMillion,
  tableCallsOf,
  type UseCaseCost,
  type UseCaseCosts,
  useCaseCosts,
} from "../pricing/use-case-costs.ts";
import { callboardBill, otherBills, type Workload } from "../pricing/workload.ts";
import type { Figure, Figures, Goal } from "../row.ts";

export const name = "cost";
export const computed = true;

const workloads: readonly (Workload & { readonly title: string })[] = [
  { title: "4 people, a video of 10 minutes", viewers: 4, minutes: 10, pushes: 30 },
  { title: "1,000 viewers for an hour", viewers: 1000, minutes: 60, pushes: 120 },
  { title: "10,000 viewers for an hour", viewers: 10_000, minutes: 60, pushes: 120 },
];

const progress = "further progress";
const flush = "progress that waits for a push together with others";

/** A figure that is computed of one use case. */
interface OfUseCase {
  readonly figure: string;
  readonly what: string;
  readonly useCase: string;
  readonly unit: string;
  readonly goal?: Goal;
  readonly value: (cost: UseCaseCost, cpuMsACall?: number) => number;
}

const dollars = (figure: string, what: string, useCase: string, goal?: Goal): OfUseCase => ({
  figure,
  what,
  useCase,
  unit: "$",
  value: dollarsPerMillion,
  ...(goal ? { goal } : {}),
});

const ofUseCases: readonly OfUseCase[] = [
  {
    figure: "progress_table_calls",
    what: "table calls for a progress report",
    useCase: progress,
    unit: "",
    value: tableCallsOf,
    goal: { atMost: 3 },
  },
  {
    figure: "progress_flush_table_calls",
    what: "the same if a promised push is due",
    useCase: flush,
    unit: "",
    value: tableCallsOf,
    goal: { atMost: 4 },
  },
  dollars("progress", "a million reports of progress, two people following", progress, { atMost: 6.5 }),
  dollars("progress_flush", "a million of those that wait for a push together with others", flush),
  {
    figure: "question_steps",
    what: "sequential calls until a question is asked and shown",
    useCase: "a question",
    unit: "",
    value: ({ steps }) => steps,
    goal: { atMost: 11 },
  },
  dollars(
    "question",
    "a million questions, asked and shown: the first of a workflow, to six connections of which half are gone",
    "a question",
    { atMost: 20 },
  ),
  dollars(
    "question_under_way",
    "a million of those that a workflow asks once it has reported, to three connections",
    "a later question of a workflow",
  ),
  dollars("reply", "a million replies, accepted", "a reply: pick"),
  dollars(
    "listed_progress",
    "a million progress reports of a listed subject whose line in the lists does not change",
    "further progress of a listed subject",
  ),
  dollars(
    "listed_change",
    "a million reports that two lists show, each with one person following: a title and a picture",
    "a title and a picture of a listed subject",
  ),
  dollars(
    "listed_new",
    "a million subjects that are new to a full list, from which another is removed",
    "a subject that is new to a full list",
  ),
  dollars("mail", "a million mails about a question that nobody has opened, without pictures", "a notice"),
  dollars("heartbeat", "a million heartbeats of viewers", "a viewer's heartbeat"),
];

/** What each use case costs at list prices, from the calls that the tests count; and the same work elsewhere. */
export async function run(): Promise<Figures> {
  const costs = useCaseCosts();
  const former = readBefore();
  const compared = workloads.map((workload) => ({
    ...workload,
    callboard: dollarsOf(callboardBill(workload)),
    others: otherBills(workload),
  }));
  const large = compared[1]!;
  const appSync = large.others["AppSync Events"]!;
  const idle = await idleBills(costs);
  return {
    figures: [
      ...ofUseCases.map((one) => figureOf(one, costs, former)),
      ...waiting(costs),
      quantity(
        {
          name: "cost.idle",
          what: "an idle stage for a month, without its alarms",
          unit: "$",
          goal: { atMost: 1 },
        },
        [total(idle)],
      ),
      quantity(
        {
          name: "cost.idle_post_processing",
          what: "the same with the post-processing of videos",
          unit: "$",
        },
        [total({ ...idle, ...idlePostProcessing })],
      ),
      quantity(
        {
          name: "cost.hour_over_appsync",
          what: "1,000 viewers for an hour, to AppSync Events for the bare messages",
          unit: "×",
          detail: `$${short(large.callboard)} over $${short(appSync)}`,
        },
        [large.callboard / appSync],
      ),
    ],
    notes: [
      useCaseTable(costs),
      formerTable(former, costs),
      partsTable(costs),
      idleTable({ ...idle, ...idlePostProcessing }),
      comparison(compared),
      priceTable(),
      assumptionTable(),
    ].join("\n\n"),
  };
}

const total = (bills: Readonly<Record<string, Bill>>): number =>
  Object.values(bills).reduce((sum, bill) => sum + dollarsOf(bill), 0);

function figureOf(
  { figure, what, useCase, unit, goal, value }: OfUseCase,
  costs: UseCaseCosts,
  former: Former,
): Figure {
  const words = { name: `cost.${figure}`, what, unit, ...(goal ? { goal } : {}) };
  const before = former.useCases[useCase];
  const text = before && told({ value: value(before, former.cpuMsACall), unit });
  const from = "the former calls, at the same prices";
  return quantity(text ? { ...words, before: { text, from } } : words, [value(costOf(costs, useCase))]);
}

/** A waiting question is probed: the schedule finds that it is due, and an event starts the probe. */
function waiting(costs: UseCaseCosts): Figure[] {
  const probe = dollarsPerMillion(costOf(costs, "a probe of a wait")) + dollarsOf({ event: 1e6 });
  const hourly = 60 / assumed("probeMinutes");
  return [
    quantity(
      {
        name: "cost.question_waiting_hour",
        what: "a million questions that wait for an hour: their probes",
        unit: "$",
        detail: `${hourly} probes each`,
      },
      [hourly * probe],
    ),
    quantity({ name: "cost.question_waiting_day", what: "the same for a day", unit: "$" }, [
      24 * hourly * probe,
    ]),
  ];
}

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const useCaseTable = (costs: UseCaseCosts): string =>
  [
    "#### Each use case",
    "AWS calls, request units of DynamoDB (indexes included), events and posts of one invocation, counted by a test against the real handlers and the embedded engine, with one or two people following. Steps are the calls that came one after the other: those that were under way at the same time are one. The price of a million adds the invocation (the memory that the function is deployed with, for its calls' answers, its processor's time and what it waits besides), its logs and traces, the workflow's own event that brought it, and for a client's message that message and its answer. A message to one more follower is one more post: $1.00 a million, and what leaves AWS.",
    table(
      ["use case", "invocation", "calls", "steps", "waits", "read", "write", "events", "posts", "a million"],
      Object.entries(costs).map(([useCase, cost]) => [
        useCase,
        cost.invocation,
        cost.calls,
        cost.steps,
        cost.waitedMs === 0 ? "" : `${cost.waitedMs} ms`,
        cost.read,
        cost.write,
        cost.events,
        cost.posts,
        `$${short(dollarsPerMillion(cost))}`,
      ]),
    ),
  ].join("\n\n");

/** Only use cases whose calls have changed, by name; a new use case has no line. */
function formerTable({ useCases, cpuMsACall }: Former, costs: UseCaseCosts): string {
  const changed = Object.entries(useCases).filter(
    ([useCase, cost]) => JSON.stringify(cost) !== JSON.stringify(costs[useCase]),
  );
  if (changed.length === 0) return "#### Each use case, before\n\nAll are as they were.";
  return [
    "#### Each use case, before",
    "What was counted in the same way before a subject was one row, at the same prices; use cases whose calls are as they were are left out.",
    table(
      ["use case", "calls", "steps", "read", "write", "a million", "now"],
      changed.map(([useCase, cost]) => [
        useCase,
        cost.calls,
        cost.steps,
        cost.read,
        cost.write,
        `$${short(dollarsPerMillion(cost, cpuMsACall))}`,
        costs[useCase] ? `$${short(dollarsPerMillion(costs[useCase]))}` : "",
      ]),
    ),
  ].join("\n\n");
}

/** The parts of a use case's price, so that each can be found in an AWS bill. */
function partsTable(costs: UseCaseCosts): string {
  const shown = [progress, flush, "a question", "a reply: pick", "a probe of a wait"];
  const bills = shown.map((useCase) => billOf(costOf(costs, useCase)));
  const parts = Object.entries(partsOf).map(([part, of]) => [
    part,
    ...bills.map((bill) => {
      const dollarsOfPart = of.reduce((sum, one) => sum + dollarsOf({ [one]: bill[one] ?? 0 }), 0) * 1e6;
      return dollarsOfPart === 0 ? "" : `$${short(dollarsOfPart)}`;
    }),
  ]);
  return ["#### What a million is made of", table(["", ...shown], parts)].join("\n\n");
}

const partsOf: Readonly<Record<string, readonly (keyof Bill)[]>> = {
  "messages to clients, and theirs": ["message"],
  "what leaves AWS": ["outKilobyte"],
  "the table": ["readUnit", "writeUnit"],
  "events, the workflow's own among them, and their archive": ["event", "archiveKilobyte"],
  "the function": ["invocation", "gigabyteSecond"],
  logs: ["logKilobyte"],
  traces: ["trace"],
  "a queue": ["queueRequest"],
};

const idleTable = (idle: Readonly<Record<string, Bill>>): string =>
  [
    "#### A stage in which nothing happens",
    "A month of it. Not in it: what is stored, and the alarms ($0.10 each, and $3 for the page that shows them).",
    table(
      ["of", "a month"],
      Object.entries(idle).map(([part, bill]) => [part, `$${short(dollarsOf(bill))}`]),
    ),
  ].join("\n\n");

function comparison(compared: readonly (Workload & { title: string; callboard: number; others: object })[]) {
  return [
    "#### The same work elsewhere",
    "Callboard's price holds everything: what is kept for those who were away, who may follow, viewer counts, heartbeats, logs and traces. Of the others it is the bare messages and connections at list prices, and for those of AWS what leaves it; what they would need besides (rows, functions, authorization, logs, the way of an answer back to the workflow) is not in it. For the many that one event reaches, a service that fans out by itself is cheaper for each minute of a connection; for the few that work on a question the difference is below a cent.",
    table(
      ["work", "service", "price"],
      compared.flatMap(({ title, pushes, callboard, others }) => [
        [`${title}, ${pushes} pushes`, "Callboard", `$${short(callboard)}`],
        ...Object.entries(others).map(([service, price]) => ["", service, `$${short(price as number)}`]),
      ]),
    ),
  ].join("\n\n");
}

const priceTable = (): string =>
  [
    "#### Prices",
    "List prices of the first tier in us-east-1, without free tiers; look them up before you rely on them.",
    table(
      ["price", "for a", "published at"],
      Object.values(prices).map(({ dollars, per, source }) => [`$${dollars}`, per, `<${source}>`]),
    ),
  ].join("\n\n");

const assumptionTable = (): string =>
  [
    "#### Assumptions",
    "What no test counts. Not in any price: the workflow's own state transitions, environments of functions that are started, and custom metrics while they are written ($0.30 a month each).",
    table(
      ["assumed", "of what", "source"],
      Object.values(assumptions).map(({ value, what, source }) => [value, what, source]),
    ),
  ].join("\n\n");
