import { quantity, short } from "../figure.ts";
import { dollarsOf, prices } from "../pricing/list-prices.ts";
import { dollarsPerMillion, useCaseCosts } from "../pricing/use-case-costs.ts";
import { callboardBill, otherBills, type Workload } from "../pricing/workload.ts";
import type { Figures } from "../row.ts";

export const name = "cost";
export const computed = true;

const workloads: readonly (Workload & { readonly title: string })[] = [
  { title: "4 people, a video of 10 minutes", viewers: 4, minutes: 10, pushes: 30 },
  { title: "1,000 viewers for an hour", viewers: 1000, minutes: 60, pushes: 120 },
  { title: "10,000 viewers for an hour", viewers: 10_000, minutes: 60, pushes: 120 },
];

/** What each use case costs at list prices, from the calls that the tests count; and the same work elsewhere. */
export async function run(): Promise<Figures> {
  const costs = useCaseCosts();
  const one = (figure: string, what: string, useCase: string) => {
    const value = dollarsPerMillion(costs[useCase]!);
    return quantity({ name: `cost.${figure}`, what, unit: "$" }, [value]);
  };
  const compared = workloads.map((workload) => ({
    ...workload,
    callboard: dollarsOf(callboardBill(workload)),
    others: otherBills(workload),
  }));
  const large = compared[1]!;
  const appSync = large.others["AppSync Events"]!;
  return {
    figures: [
      one("progress", "a million reports of progress, two people following", "further progress"),
      one("question", "a million questions, asked and shown", "a question"),
      one("reply", "a million replies, accepted", "a reply: pick"),
      one("heartbeat", "a million heartbeats of viewers", "a heartbeat of a viewer"),
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
    notes: [useCaseTable(costs), comparison(compared), priceTable()].join("\n\n"),
  };
}

function useCaseTable(costs: ReturnType<typeof useCaseCosts>): string {
  const rows = Object.entries(costs).map(([useCase, cost]) => {
    const { invocation, calls, read, write, events, posts } = cost;
    const cells = [
      useCase,
      invocation,
      calls,
      read,
      write,
      events,
      posts,
      `$${short(dollarsPerMillion(cost))}`,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "#### Each use case",
    "AWS calls, request units of DynamoDB (indexes included), events and posts of one invocation, counted by a test against the real handlers and the embedded engine, with one or two people following. The price of a million adds the invocation (the memory that the function is deployed with for 50 ms, or 300 ms where it waits to push) and, for a client's message, that message and its answer. A message to one more follower is one more post: $1.00 a million.",
    "| use case | invocation | calls | read | write | events | posts | a million |\n| --- | --- | --- | --- | --- | --- | --- | --- |",
  ]
    .join("\n\n")
    .concat("\n", rows.join("\n"));
}

function comparison(compared: readonly (Workload & { title: string; callboard: number; others: object })[]) {
  const lines = compared.flatMap(({ title, pushes, callboard, others }) => [
    `| ${title}, ${pushes} pushes | Callboard | $${short(callboard)} |`,
    ...Object.entries(others).map(([service, dollars]) => `| | ${service} | $${short(dollars)} |`),
  ]);
  return [
    "#### The same work elsewhere",
    "Callboard's price holds everything: what is kept for those who were away, who may follow, viewer counts, heartbeats. Of the others it is the bare messages and connections at list prices; what they would need besides (rows, functions, authorization, the way of an answer back to the workflow) is not in it. For the many that one event reaches, a service that fans out by itself is cheaper for each minute of a connection; for the few that work on a question the difference is below a cent.",
    "| work | service | price |\n| --- | --- | --- |",
  ]
    .join("\n\n")
    .concat("\n", lines.join("\n"));
}

const priceTable = (): string =>
  [
    "#### Prices",
    "List prices of the first tier in us-east-1, without free tiers; look them up before you rely on them.",
    "| price | for a | published at |\n| --- | --- | --- |",
  ]
    .join("\n\n")
    .concat(
      "\n",
      Object.values(prices)
        .map(({ dollars, per, source }) => `| $${dollars} | ${per} | <${source}> |`)
        .join("\n"),
    );
