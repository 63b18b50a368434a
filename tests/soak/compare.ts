import { isDeepStrictEqual } from "node:util";
import type { Channel, ChannelView, Item } from "@callboard/client";
import { channelStateOf } from "@callboard/core/testing/heads.ts";
import { headOf } from "@callboard/protocol";
import type { Aws } from "../e2e/aws.ts";
import type { Member } from "./member.ts";

/** How a crowd's maps compare with the table. */
export interface Comparison {
  /** Members whose maps are all at the head of their channels, and equal to the table. */
  readonly whole: number;
  /** The first of those that are behind, in words. */
  readonly late: readonly string[];
  /** The first maps that claim to be at the head and differ, which must never happen. */
  readonly wrong: readonly string[];
}

type Table = Aws["stores"]["heads"];
interface Truth {
  readonly epoch: string;
  readonly head: number;
  readonly items: ReadonlyMap<string, Item>;
}

const MAX_TOLD = 10;

/** Compares every view of every member with the table, key by key. */
export async function compareMaps(members: readonly Member[], table: Table): Promise<Comparison> {
  const late: string[] = [];
  const wrong: string[] = [];
  const behind = new Set<Member>();
  const channels = byChannel(members);
  const before = await table.read([...new Set([...channels.keys()].map(headOf))]);
  for (const [channel, viewed] of channels) {
    const truth = await readTruth(table, channel, channelStateOf(channel, before.get(headOf(channel))));
    for (const [member, view] of viewed) {
      const difference = truth ? differenceOf(view, truth) : "the table is being changed";
      if (!difference) continue;
      behind.add(member);
      const list = truth && isAtHead(view, truth) ? wrong : late;
      if (list.length < MAX_TOLD) list.push(`${channel}: ${difference}`);
    }
  }
  return { whole: members.length - behind.size, late, wrong };
}

function byChannel(members: readonly Member[]): Map<Channel, [Member, ChannelView][]> {
  const channels = new Map<Channel, [Member, ChannelView][]>();
  for (const member of members)
    for (const view of member.views) {
      const viewed = channels.get(view.name) ?? [];
      channels.set(view.name, viewed);
      viewed.push([member, view]);
    }
  return channels;
}

/** A channel in the table; undefined if it has changed since `meta` was read. */
async function readTruth(
  table: Table,
  channel: Channel,
  meta: { readonly epoch: string; readonly head: number } | undefined,
): Promise<Truth | undefined> {
  const items = ((await table.since(channel, 0))?.items ?? []) as Item[];
  const { epoch, head } = meta ?? { epoch: "unborn", head: 0 };
  if (items.some(({ offset }) => offset > head)) return undefined;
  const live = items.filter(({ value }) => value !== null);
  return { epoch, head, items: new Map(live.map((item) => [item.key, item])) };
}

const isAtHead = ({ epoch, offset, status }: ChannelView, truth: Truth): boolean =>
  status === "following" && epoch === truth.epoch && offset === truth.head;

/** The first difference in words; undefined if the view equals the table. */
function differenceOf(view: ChannelView, truth: Truth): string | undefined {
  const { epoch, offset, status, items } = view;
  if (!isAtHead(view, truth))
    return `${JSON.stringify(status)} at ${epoch} ${offset}, the table at ${truth.epoch} ${truth.head}`;
  for (const key of new Set([...items.keys(), ...truth.items.keys()])) {
    const [mine, its] = [items.get(key), truth.items.get(key)];
    if (!isDeepStrictEqual(mine, its))
      return `at ${offset} ${key} is ${JSON.stringify(mine)}, in the table ${JSON.stringify(its)}`;
  }
  return undefined;
}
