import {
  type ChannelMeta,
  closedAt,
  dueOf,
  type FeedbackRequest,
  type LedgerEntry,
  replyOf,
  shownItems,
} from "@callboard/core";
import {
  type Channel,
  channelKindsOf,
  channelsOf,
  type ExecutionValue,
  type InboxRequestValue,
  type Item,
  jsonBytes,
  type ListedValue,
  limits,
  listChannel,
  parseChannel,
  pluginManager,
  type ReceiptValue,
  type RequestId,
  type RequestValue,
  type ServerMessage,
  type Subject,
  valuesOf,
  type WaitingValue,
} from "@callboard/protocol";
import { unpackEntry, unpackHead } from "../../table/head-row.ts";
import { entryOf, headNameOf, type Key, requestKey, rowPrefix, sortPrefix } from "../../table/keys.ts";
import { ledgerEntryOf, requestOf } from "../../table/request-rows.ts";
import type { Row } from "../../table/table.ts";
import { brokenHistories } from "./histories.ts";
import { firstToken } from "./scene.ts";
import type { World } from "./world.ts";

/** The table's content, as the invariants need it. */
interface Holdings {
  readonly requests: readonly FeedbackRequest[];
  readonly tokens: ReadonlyMap<string, string>;
  readonly channels: ReadonlyMap<Channel, { readonly meta: ChannelMeta; readonly items: readonly Item[] }>;
  ledgerOf(id: RequestId): readonly LedgerEntry[];
  rowsOf(id: RequestId, prefix: string): readonly Row[];
}

/** Describes every invariant that a world breaks when nothing is due; empty if none. */
export async function brokenInvariants(world: World): Promise<string[]> {
  // Heads are cached for a second, so an earlier heartbeat could miss changes.
  await world.settle(1000);
  for (const person of world.people) await person.catchUp();
  const rows = await world.rows();
  const held = holdingsOf(rows);
  return [
    ...held.requests.flatMap((request) => [
      ...brokenLedger(held, request),
      ...stuck(world, rows, request),
      ...brokenDelivery(world, held, request),
      ...unannounced(held, request),
    ]),
    ...brokenThreads(held),
    ...brokenTurns(world, held),
    ...brokenReceipts(world, held),
    ...[...held.channels].flatMap(([channel, { meta, items }]) => brokenChannel(channel, meta, items)),
    ...brokenLists(world, held, rows),
    ...brokenHistories(
      world.lists,
      rows,
      [...held.channels].flatMap(([channel, { items }]) => {
        const { kind, name } = parseChannel(channel);
        const subject = name as Subject;
        const requests = held.requests.filter((request) => request.subject === subject);
        return kind === "work" ? [{ subject, items, requests }] : [];
      }),
    ),
    ...brokenMaps(world, held),
    ...leakedTokens(world, held, rows),
    ...world.bus.deadLetters.map(({ event, error }) => `dead letter: ${event["detail-type"]}: ${error}`),
  ];
}

const text = (row: Row, name: string): string => row[name] as string;
const isHead = (row: Row): boolean => typeof row.head === "string" && typeof row.by === "string";
const isToken = (row: Row): boolean => text(row, "pk").startsWith(rowPrefix.taskToken);

/** The channels of a head's row, with what they show of its entries and of the rows beside it. */
function channelsIn(row: Row, beside: readonly Row[]): [Channel, { meta: ChannelMeta; items: Item[] }][] {
  const head = unpackHead(headNameOf(text(row, "pk")), row);
  const kinds = channelKindsOf(head.name);
  const apart = beside
    .filter(({ epoch }) => epoch === head.birth)
    .map((one) => unpackEntry(kinds, entryOf(one as unknown as Key), JSON.parse(text(one, "entry"))));
  return channelsOf(head.name).flatMap((channel) => {
    const { kind } = parseChannel(channel);
    const meta = head.channels[kind];
    if (!meta || meta.head === 0) return [];
    return [[channel, { meta, items: shownItems(kind, [...head.entries.values(), ...apart], 0) }] as const];
  }) as [Channel, { meta: ChannelMeta; items: Item[] }][];
}

function holdingsOf(rows: readonly Row[]): Holdings {
  const of = (pk: string, prefix: string) =>
    rows.filter((row) => row.pk === pk && text(row, "sk").startsWith(prefix));
  return {
    requests: rows.filter((row) => row.request !== undefined).map(requestOf),
    tokens: new Map(
      rows
        .filter(isToken)
        .map((row) => [text(row, "pk").slice(rowPrefix.taskToken.length), text(row, "token")]),
    ),
    channels: new Map(
      rows.filter(isHead).flatMap((row) => channelsIn(row, of(text(row, "pk"), sortPrefix.entry))),
    ),
    ledgerOf: (id) => of(requestKey(id).pk, sortPrefix.ledger).map(ledgerEntryOf),
    rowsOf: (id, prefix) => of(requestKey(id).pk, prefix),
  };
}

const ends = ["expired", "withdrawn", "superseded"];
const delivered = ["relayed", "undeliverable", "unconfirmed"];

/** Every version has a ledger row, and their order is possible. */
function brokenLedger(held: Holdings, request: FeedbackRequest): string[] {
  const ledger = held.ledgerOf(request.id);
  const say = (what: string) => `${request.id}: ${what}: ${ledger.map((entry) => entry.what).join(", ")}`;
  const numbers = ledger.map((entry) => entry.n).join();
  const problems: string[] = [];
  if (numbers !== Array.from({ length: request.version }, (_, i) => i + 1).join())
    problems.push(say(`the ledger is not 1 to ${request.version}`));
  if (ledger[0]?.what !== "asked") problems.push(say("the ledger does not begin with the question"));
  const closing = ledger.findIndex(({ what }) => what === "answered" || ends.includes(what));
  const after = closing < 0 ? [] : ledger.slice(closing + 1).map(({ what }) => what);
  const mayFollow = ledger[closing]?.what === "answered" ? delivered : [];
  if (after.length > 1 || after.some((what) => !mayFollow.includes(what)))
    problems.push(say("there is a row after the last possible one"));
  const last = ledger.at(-1)?.what;
  const { state } = request.status;
  const closedAtFirst = request.version === 1 && last === "asked";
  if (closing < 0 ? state !== "open" && !closedAtFirst : state !== last)
    problems.push(say(`the request is ${state}`));
  return problems;
}

/** All due work is done, and later work is in the index. */
function stuck(world: World, rows: readonly Row[], request: FeedbackRequest): string[] {
  const key = requestKey(request.id);
  const row = rows.find(({ pk, sk }) => pk === key.pk && sk === key.sk);
  const due = dueOf(request);
  const problems: string[] = [];
  if (row?.due !== due) problems.push(`${request.id}: due at ${due}, but the index has ${row?.due}`);
  if (due !== undefined && due <= world.now()) problems.push(`${request.id}: due since ${due}`);
  if (request.announced !== request.version)
    problems.push(`${request.id}: version ${request.version}, announced ${request.announced}`);
  if (request.status.state === "answered") problems.push(`${request.id}: answered but not relayed`);
  return problems;
}

/** Events about an answer's delivery, each with the request's state, unless the event contains it. */
const stateOfEvent: Readonly<Record<string, string | undefined>> = {
  "Feedback Relayed": "relayed",
  "Feedback Undeliverable": undefined,
};

/** An answer reaches its execution once or not at all, and the request records which. */
function brokenDelivery(world: World, held: Holdings, request: FeedbackRequest): string[] {
  const { state } = request.status;
  const taskToken = held.tokens.get(request.id);
  if (taskToken === undefined) return [`${request.id}: has no token`];
  const result = world.states.resultOf(taskToken);
  const reply = replyOf(request);
  const events = world.bus.put.filter(
    ({ "detail-type": type, detail }) => Object.hasOwn(stateOfEvent, type) && detail.requestId === request.id,
  );
  const problems: string[] = [];
  if ((state === "relayed") !== (result !== undefined))
    problems.push(`${request.id}: ${state}, but the execution has ${JSON.stringify(result)}`);
  if (state === "open" && !world.states.isOpen(taskToken))
    problems.push(`${request.id}: open, but its wait has ended`);
  if (result && (result.replyId !== reply?.replyId || result.requestId !== request.id))
    problems.push(`${request.id}: the execution has another reply, ${result.replyId}`);
  if ((delivered.includes(state) && !request.plugin) !== events.length > 0)
    problems.push(`${request.id}: ${state}, and events about the answer were put ${events.length} times`);
  if (events.some(({ "detail-type": type, detail }) => (detail.status ?? stateOfEvent[type]) !== state))
    problems.push(`${request.id}: ${state}, but an event has another state`);
  return problems;
}

const valueIn = <T>(held: Holdings, channel: Channel, key: string): T | undefined =>
  (held.channels.get(channel)?.items.find((item) => item.key === key)?.value ?? undefined) as T | undefined;

/** All channels that show a request have its current state. */
function unannounced(held: Holdings, request: FeedbackRequest): string[] {
  const { id, subject, status, assignees, plugin } = request;
  const open = status.state === "open";
  const problems: string[] = [];
  if (plugin) return shownTurn(held, request);
  const work = valueIn<RequestValue>(held, `work:${subject}`, `request/${id}`);
  if (
    work?.state !== status.state ||
    work.deadline !== request.deadline ||
    work.remindedAt !== request.remindedAt ||
    work.assignees.join() !== assignees.join() ||
    work.reply?.replyId !== replyOf(request)?.replyId
  )
    problems.push(`${id}: ${status.state}, but work: has ${JSON.stringify(work)}`);
  const waiting = valueIn<WaitingValue>(held, `watch:${subject}`, "waiting")?.requests ?? {};
  if (open !== Object.hasOwn(waiting, id)) problems.push(`${id}: ${status.state}, but waiting is wrong`);
  if (open && waiting[id]?.deadline !== request.deadline)
    problems.push(`${id}: waiting has another deadline`);
  for (const channel of held.channels.keys()) {
    if (!channel.startsWith("inbox:")) continue;
    const summary = valueIn<InboxRequestValue>(held, channel, `request/${id}`);
    const wanted = open && assignees.some((one) => channel === `inbox:${one}`);
    if (wanted !== (summary !== undefined))
      problems.push(`${id}: ${status.state}, and ${channel} has ${JSON.stringify(summary)}`);
    if (summary && summary.deadline !== request.deadline)
      problems.push(`${id}: ${channel} shows another deadline`);
  }
  const rows = held
    .rowsOf(id, sortPrefix.assignee)
    .filter((row) => !text(row, "principal").startsWith("was:"));
  if (namesOf(rows) !== (open ? [...assignees].sort().join() : ""))
    problems.push(`${id}: ${status.state}, and the rows of assignees are ${namesOf(rows)}`);
  if (closedAt(request) !== undefined && held.channels.get(`work:${subject}`)?.items.some(attendsTo(id)))
    problems.push(`${id}: closed, and somebody attends to it`);
  return problems;
}

/** Nobody sees a plugin's turn. */
function shownTurn(held: Holdings, { id, subject }: FeedbackRequest): string[] {
  const waiting = valueIn<WaitingValue>(held, `watch:${subject}`, "waiting")?.requests ?? {};
  const places = [...held.channels].filter(([, { items }]) => items.some(({ key }) => key.includes(id)));
  return [
    ...places.map(([channel]) => `${id}: a plugin's turn, but shown in ${channel}`),
    ...(Object.hasOwn(waiting, id) ? [`${id}: a plugin's turn, but shown as waiting`] : []),
  ];
}

/** A plugin was asked in each of its turns, always with the same handle for one turn. */
function brokenTurns(world: World, { requests }: Holdings): string[] {
  const asked = world.bus.put.filter(({ source }) => source === pluginManager);
  const turns = requests.filter(({ plugin }) => plugin !== undefined);
  const handles = new Set(asked.map(({ detail }) => detail.taskToken));
  handles.delete(firstToken);
  const wanted = turns.filter(({ status }) => status.state !== "superseded");
  const fits = wanted.length <= handles.size && handles.size <= turns.length;
  return fits ? [] : [`${handles.size} handles of ${turns.length} turns`];
}

const namesOf = (rows: readonly Row[]): string =>
  rows
    .map((row) => text(row, "principal"))
    .sort()
    .join();

const attendsTo = (id: string) => (item: Item) =>
  item.key.startsWith(`attending/${id}/`) && item.value !== null;

/** In each thread the request with the highest order is open, or none is. */
function brokenThreads({ requests }: Holdings): string[] {
  return requests.flatMap((one) => {
    const newer = requests.find(
      (other) =>
        other.thread === one.thread &&
        other.execution === one.execution &&
        other.id !== one.id &&
        orderOf(other) > orderOf(one),
    );
    return newer && one.status.state === "open" ? [`${one.id}: open, although ${newer.id} is newer`] : [];
  });
}

const orderOf = ({ order }: FeedbackRequest): string =>
  order.map((part) => String(part).padStart(8, "0")).join();

/** The receipt and the inbox entry of a reply match its outcome. */
function brokenReceipts(world: World, held: Holdings): string[] {
  const problems: string[] = [];
  for (const said of world.sent) {
    const message = JSON.parse(said) as ServerMessage;
    if (message.type !== "receipt") continue;
    const request = held.requests.find(({ id }) => id === message.requestId);
    const isItsReply = request !== undefined && replyOf(request)?.replyId === message.replyId;
    if ((message.status === "accepted") !== isItsReply)
      problems.push(`${message.replyId}: ${message.status} was wrong`);
  }
  for (const request of held.requests) {
    const reply = replyOf(request);
    if (!reply || reply.by.id === "system" || request.plugin) continue;
    const key = `receipt/${reply.replyId}`;
    const receipt = valueIn<ReceiptValue>(held, `inbox:user/${reply.by.id}` as Channel, key);
    if (receipt?.status !== request.status.state)
      problems.push(`${reply.replyId}: ${request.status.state}, but the receipt is ${receipt?.status}`);
  }
  const answers = new Set(held.requests.map((request) => replyOf(request)?.replyId));
  for (const [channel, { items }] of held.channels)
    for (const { key } of items)
      if (key.startsWith("receipt/") && !answers.has(key.slice("receipt/".length)))
        problems.push(`${channel}: ${key} belongs to no reply`);
  return problems;
}

/** A channel's head counts its changes, keys and bytes correctly. */
function brokenChannel(channel: Channel, meta: ChannelMeta, items: readonly Item[]): string[] {
  const live = items.filter(({ value }) => value !== null);
  const bytes = live.reduce((sum, { value }) => sum + jsonBytes(value), 0);
  const offsets = new Set(items.map(({ offset }) => offset));
  const problems: string[] = [];
  if (offsets.size < items.length) problems.push(`${channel}: two keys have one offset`);
  if (Math.max(0, ...offsets) > meta.head) problems.push(`${channel}: a key is ahead of the head`);
  if (meta.keys !== live.length || meta.bytes !== bytes)
    problems.push(`${channel}: ${meta.keys} keys, ${meta.bytes} bytes; it has ${live.length} and ${bytes}`);
  return problems;
}

/** Each list shows the subjects that started last, with the same values as their own channels. */
function brokenLists(world: World, held: Holdings, rows: readonly Row[]): string[] {
  const problems: string[] = [];
  for (const kind of world.lists) {
    const heads = rows.filter(
      (row) => isHead(row) && text(row, "pk").startsWith(`${rowPrefix.subject}${kind}/`),
    );
    const subjects = heads.map((row) => {
      const { name, members } = unpackHead(headNameOf(text(row, "pk")), row);
      const line = lineOf(held, parseChannel(name).name);
      return { line, owners: typeof members === "number" ? [] : members.owners };
    });
    const owners = new Set(subjects.flatMap((one) => one.owners));
    for (const owner of [undefined, ...owners]) {
      const wanted = subjects
        .filter((one) => owner === undefined || one.owners.includes(owner))
        .map(({ line }) => line)
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, limits.listedSubjects);
      const list = listChannel(kind, owner);
      const live = (held.channels.get(list)?.items ?? []).filter(({ value }) => value !== null);
      const shown = live.map(({ value }) => ({ ...(value as ListedValue), at: undefined }));
      const [mine, theirs] = [shown.sort((a, b) => b.startedAt - a.startedAt), wanted].map(sorted);
      if (mine !== theirs) problems.push(`${list} shows ${mine}, not ${theirs}`);
    }
  }
  return problems;
}

/** A list's entry, made from what the subject's viewers see; for a subject with one execution. */
function lineOf(held: Holdings, subject: string): Omit<ListedValue, "at"> {
  const watch = `watch:${subject}` as Channel;
  const items = held.channels.get(watch)?.items ?? [];
  const run = items.find(({ key }) => key.startsWith("execution/"));
  const { state, startedAt } = (run?.value ?? {}) as Partial<ExecutionValue>;
  const { title } = valueIn<{ title: string }>(held, watch, "title") ?? {};
  const { object } = valueIn<{ object: object }>(held, watch, "avatar") ?? {};
  const questions = valueIn<WaitingValue>(held, watch, "waiting")?.requests ?? {};
  const waiting = Object.keys(questions).length || undefined;
  return { subject, title, state, waiting, object, startedAt } as Omit<ListedValue, "at">;
}

/** Every client's map equals the server's, and no key ever went backwards. */
function brokenMaps(world: World, held: Holdings): string[] {
  return world.people.flatMap(({ maps, faults }, n) => [
    ...faults,
    ...[...maps].flatMap(([channel, map]) => {
      const live = (held.channels.get(channel)?.items ?? []).filter(({ value }) => value !== null);
      const server = Object.fromEntries(live.map(({ key, value }) => [key, value]));
      const [mine, theirs] = [sorted(valuesOf(map)), sorted(server)];
      return mine === theirs ? [] : [`person ${n}: ${channel} is ${mine}, not ${theirs}`];
    }),
  ]);
}

/** Fields that are added to a stored object when it is sent. */
const signed = ["url", "expiresAt"];

/** JSON with sorted keys, because a table keeps no key order. URLs are left out. */
const sorted = (values: unknown): string =>
  JSON.stringify(values, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([name]) => !signed.includes(name))
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : value,
  );

/** A task token is in its row, and in the data of Step Functions and the workflow, and nowhere else. */
function leakedTokens(world: World, held: Holdings, rows: readonly Row[]): string[] {
  const others = rows.filter((row) => !isToken(row));
  const ours = world.bus.put.filter(({ source }) => source === "callboard" || source === pluginManager);
  const { sent: messages, logged: logs } = world;
  const { mails } = world.mail;
  const places = { rows: others, messages, mails, events: ours, logs };
  return Object.entries(places).flatMap(([place, all]) => {
    const written = JSON.stringify(all);
    return [...held.tokens.values()].some((token) => written.includes(token))
      ? [`a token is in ${place}`]
      : [];
  });
}
