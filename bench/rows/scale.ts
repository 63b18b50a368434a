import { pageConnections } from "@callboard/functions/push";
import { heartbeatMs } from "@callboard/protocol";
import { quantity, short } from "../figure.ts";
import { assumed } from "../pricing/assumptions.ts";
import { dollarsOf } from "../pricing/list-prices.ts";
import { hotSubject, manySubjects, oneChannel, roleInbox } from "../pricing/load-model.ts";
import { measured } from "../pricing/measured.ts";
import { type Ceiling, ceilingsOf, quotas } from "../pricing/quotas.ts";
import { type Assumptions, pushTo, shardsFor } from "../pricing/scale-model.ts";
import { memoryGbOf, useCaseCosts } from "../pricing/use-case-costs.ts";
import type { Context, Figures } from "../row.ts";

export const name = "scale";
export const computed = true;

/** The default if the sender was not measured yet: an earlier measurement. */
const USUAL_CPU_MS_A_POST = 0.1;
const HEARTBEAT_SECONDS = heartbeatMs.watch / 1000;
/** Pushes of one channel a second, at most. */
const PUSHES_A_SECOND = 4;
/** How often the inbox changes in the life of a question: asked, answered, relayed. */
const CHANGES_OF_A_QUESTION = 3;

/** Time and cost of a push to very many viewers; and, for other large loads, which quota is reached first. */
export async function run({ say }: Context): Promise<Figures> {
  const perSecond = measured("sender.lean_per_second");
  const cpuMsAPost = perSecond === undefined ? USUAL_CPU_MS_A_POST : 1000 / perSecond;
  say(`a post takes ${short(cpuMsAPost)} ms of a processor`);
  const audience = (viewers: number): Assumptions => ({
    viewers,
    cpuMsAPost,
    roundTripMs: assumed("postMs"),
    inFlight: assumed("postsAtOnce"),
    page: pageConnections,
    rowBytes: 110,
    shards: shardsFor(viewers, pageConnections),
  });
  const million = audience(1_000_000);
  const push = pushTo(million);
  const { viewers } = million;
  const [first, second] = Object.entries(push.bounds).sort(([, a], [, b]) => b - a);
  const dollars = dollarsOf({
    message: viewers,
    readUnit: push.readUnits,
    event: push.pages,
    invocation: push.pages,
    gigabyteSecond: push.functionSeconds * memoryGbOf("fanout"),
    outKilobyte: viewers * assumed("messageKilobytes"),
  });
  const costs = useCaseCosts();
  const hundredThousand = audience(100_000);
  const watched = pushTo(hundredThousand);
  const channel = ceilingsOf(oneChannel({ ...hundredThousand, ...watched, pushes: PUSHES_A_SECOND }));
  const many = { eventsASecond: 1000, subjects: 10_000 };
  const one = ceilingsOf(manySubjects(costs, { ...many, followers: 1 }));
  const two = ceilingsOf(manySubjects(costs, { ...many, followers: 2 }));
  const role = { members: 1000, questionsAMinute: 100, changes: CHANGES_OF_A_QUESTION };
  const inbox = ceilingsOf(roleInbox(costs, role));
  const hot = hotSubject(costs, quotas.partitionWrites.value);
  const figure = (of: string, what: string, unit: string, value: number, detail?: string) =>
    quantity({ name: `scale.${of}`, what, unit, ...(detail ? { detail } : {}) }, [value]);
  return {
    figures: [
      figure("pages", "functions for one push to a million viewers", "", push.pages),
      figure("page_seconds", "what one of them takes", "s", push.pageSeconds),
      figure("push_seconds", "one push with the default quotas", "s", first![1], first![0]),
      figure("push_seconds_unbound", "one push were that quota raised", "s", second![1], second![0]),
      figure("push_dollars", "one push", "$", dollars),
      figure("join_seconds", "until all have connected", "s", viewers / quotas.connects.value),
      figure(
        "channel_pushes",
        "pushes a second of a channel with 100,000 viewers, with the default quotas",
        "/s",
        PUSHES_A_SECOND * channel[0]!.room,
        channel[0]!.quota.name,
      ),
      figure(
        "subjects_events",
        "events a second over 10,000 subjects with two followers each, with the default quotas",
        "/s",
        many.eventsASecond * two[0]!.room,
        two[0]!.quota.name,
      ),
      figure(
        "role_questions",
        "questions a minute to a role with 1,000 members, with the default quotas",
        "/min",
        role.questionsAMinute * inbox[0]!.room,
        inbox[0]!.quota.name,
      ),
      figure(
        "hot_subject_events",
        "events a second of one subject",
        "/s",
        Math.min(hot.byUnits, hot.byTurns),
        hot.byUnits < hot.byTurns ? "write units of one partition" : "one write after the other",
      ),
      figure(
        "hot_subject_grouped_events",
        `the same where ${hot.grouped.atOnce} that wait in one process are one write`,
        "/s",
        Math.min(hot.grouped.byUnits, hot.grouped.byTurns),
      ),
    ],
    notes: [
      millionNotes(million, push.bounds, push.readUnits),
      channelNotes(hundredThousand.viewers, channel, watched.pageSeconds),
      subjectNotes(many, one, two),
      inboxNotes(role, inbox),
      hotNotes(hot),
    ].join("\n\n"),
  };
}

/** The quotas of a load as a table, first the one that is reached first. */
const ceilingTable = (ceilings: readonly Ceiling[]): string =>
  [
    "| quota | of | taken | room | raised |",
    "| --- | ---: | ---: | ---: | --- |",
    ...ceilings.map(
      ({ quota, taken, room }) =>
        `| [${quota.name}](${quota.source}) | ${short(quota.value)} | ${short(taken)} | ${short(room)} × | ${raisedBy[quota.raised]} |`,
    ),
  ].join("\n");

const raisedBy = { request: "on request", settings: "by a setting of the table", fixed: "never" } as const;

/** The quotas that must be raised for a load, as text. */
function toRaise(ceilings: readonly Ceiling[]): string {
  const bound = ceilings.filter(({ room }) => room < 1);
  if (bound.length === 0) return `No quota binds; the first to would be ${ceilings[0]!.quota.name}.`;
  const names = bound.map(
    ({ quota, taken }) => `${quota.name} (${short(quota.value)}) to ${short(Math.ceil(taken))}`,
  );
  return `What has to be raised: ${names.join("; ")}.`;
}

function millionNotes(a: Assumptions, bounds: Readonly<Record<string, number>>, readUnits: number): string {
  const rows = Object.entries(bounds)
    .sort(([, x], [, y]) => y - x)
    .map(([bound, seconds]) => `| ${bound} | ${short(seconds)} s |`);
  return `#### A million viewers of one channel

A channel of ${a.viewers.toLocaleString("en")} viewers has ${a.shards} shards; one push is a Fan-out Page for each, and another for what a shard holds beyond ${a.page.toLocaleString("en")} connections. A page posts ${a.inFlight} at a time, with an assumed ${a.roundTripMs} ms to each answer and the measured ${short(a.cpuMsAPost)} ms of a processor a post. The rows of all subscriptions are ${readUnits.toLocaleString("en")} read units a push.

| what bounds it | alone it takes |
| --- | --- |
${rows.join("\n")}

The account's request rate binds first, by far: at its default one push takes longer than the quarter of a second between two pushes, so that a channel of this size is pushed as fast as the quota lets it, each push carrying all that changed since the last, and whoever was throttled beyond its time recovers at the next push or heartbeat. The heartbeats of a million viewers, one in four minutes, are ${short(a.viewers / HEARTBEAT_SECONDS)} messages a second of the same rate. To push to a million viewers once a second the rate has to be raised a hundredfold; all else has room.`;
}

const channelNotes = (viewers: number, ceilings: readonly Ceiling[], pageSeconds: number): string =>
  `#### ${viewers.toLocaleString("en")} viewers of one channel

At ${PUSHES_A_SECOND} pushes a second, the most that a channel has, a page taking ${short(pageSeconds)} s. ${toRaise(ceilings)} With fewer posts than that the channel is pushed more seldom, and each push carries what changed since the last. Until all have come it takes ${short(viewers / quotas.connects.value)} s at ${quotas.connects.value} connections a second (${quotas.connects.name}).

${ceilingTable(ceilings)}`;

const subjectNotes = (
  { eventsASecond, subjects }: { eventsASecond: number; subjects: number },
  one: readonly Ceiling[],
  two: readonly Ceiling[],
): string =>
  `#### ${eventsASecond.toLocaleString("en")} events a second over ${subjects.toLocaleString("en")} subjects

The units and calls are those that the tests count of further progress; each event is an invocation of its own. With one follower each: ${toRaise(one)} With two: ${toRaise(two)} An on-demand table grows by itself to twice its former peak, but not at once. This is the table with two:

${ceilingTable(two)}`;

const inboxNotes = (
  {
    members,
    questionsAMinute,
    changes,
  }: { readonly members: number; readonly questionsAMinute: number; readonly changes: number },
  ceilings: readonly Ceiling[],
): string =>
  `#### A role's inbox

A role with ${members.toLocaleString("en")} members who are all there, and ${questionsAMinute} questions a minute to it. Each of the ${changes} changes of a question (asked, answered, relayed) is one write of the inbox, whose size does not hang on the members, and a post to each of them; members of an inbox send a heartbeat each ${heartbeatMs.inbox / 1000} s. ${toRaise(ceilings)}

${ceilingTable(ceilings)}`;

const hotNotes = ({ unitsAWrite, byUnits, byTurns, grouped }: ReturnType<typeof hotSubject>): string =>
  `#### A hot subject

Changes of one subject are conditional writes of one partition, of ${short(unitsAWrite)} units each as the tests count them.

| what bounds it | events a second | ${grouped.atOnce} at once as one write |
| --- | ---: | ---: |
| write units of one partition (${short(quotas.partitionWrites.value)}) | ${short(byUnits)} | ${short(grouped.byUnits)} |
| one write after the other, each after a read | ${short(byTurns)} | ${short(grouped.byTurns)} |

On AWS each event is an invocation of its own, so that nothing is grouped: more events than that a second lose their race, and are tried again until they win or EventBridge brings them later. Within one process, as with \`npm start\`, those that wait are written together.`;
