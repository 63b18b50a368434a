import { createNotify, type Doors, type DoorTokens, type NoticePorts } from "@callboard/core";
import { doorTokens } from "./aws/door-tokens.ts";
import { cryptoIds } from "./aws/machine.ts";
import { basics, type Overrides } from "./compose.ts";
import type { EnvironmentOf } from "./environment.ts";
import { dynamoHeadStore } from "./table/dynamo-head-store.ts";
import { dynamoNoticeStore } from "./table/dynamo-notice-store.ts";
import { dynamoReachStore } from "./table/dynamo-reach-store.ts";
import { dynamoRequestStore } from "./table/dynamo-request-store.ts";
import { checkedHeads } from "./table/layout.ts";

/** Replaces any port. The doors are given, since each needs services of its own. */
export type NotifyOverrides = Overrides &
  Partial<Omit<NoticePorts, "doors" | "doorTokens">> & {
    readonly doors: Doors;
    readonly doorTokens?: DoorTokens;
  };

/**
 * Notifies people through the given doors. In the table it reads requests, subjects and how people are reached, notes
 * when a request is due again, and records what was sent. Only this function creates the key that seals tokens.
 */
export function composeNotify(
  environment: EnvironmentOf<"notify">,
  { doors, ...overrides }: NotifyOverrides,
) {
  const { table, clock, log } = basics("notify", environment, overrides);
  const ports = {
    requests: dynamoRequestStore(table),
    heads: checkedHeads(table, dynamoHeadStore(table)),
    reach: dynamoReachStore(table),
    notices: dynamoNoticeStore(table),
    doorTokens: doorTokens({ table, makeSecret: cryptoIds.secret, clock }),
    clock,
    ids: cryptoIds,
    log,
    ...overrides,
    doors,
  };
  return { app: createNotify(ports), doorTokens: ports.doorTokens, account: environment.ACCOUNT_ID, log };
}
