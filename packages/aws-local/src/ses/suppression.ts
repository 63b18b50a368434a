import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { Key, Store, View } from "../store/store.ts";
import type { MailOutcome } from "./addresses.ts";

type Reason = "BOUNCE" | "COMPLAINT";

interface Suppressed {
  readonly address: string;
  readonly reason: Reason;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Most addresses on the list; AWS documents no limit. */
const MAX_ADDRESSES = 10_000;
const MAX_OF_A_PAGE = 1000;

const prefix: Key = ["ses", "suppressed"];
/** The notation of an address does not matter. */
const keyOf = (address: string): Key => [...prefix, address.toLowerCase()];

/** Why nothing is sent to an address that is on the account's list. */
export function suppressedOutcome(view: View, address: string): MailOutcome | undefined {
  const found = view.get<Suppressed>(keyOf(address));
  if (!found) return undefined;
  return found.reason === "BOUNCE" ? "suppressed_here_bounce" : "suppressed_here_complaint";
}

/** The account's suppression list, in the shapes of SES v2; only explicit requests add an address. */
export function suppressionList(store: Store, clock: Clock) {
  const list = () => [...store.list<Suppressed>({ prefix })].map(([, one]) => one);
  return {
    async put(input: unknown): Promise<object> {
      const { EmailAddress: address, Reason: reason } = isObject(input) ? input : {};
      if (typeof address !== "string" || !/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(address))
        throw new AwsError("BadRequestException", "EmailAddress is not an email address.");
      if (reason !== "BOUNCE" && reason !== "COMPLAINT")
        throw new AwsError("BadRequestException", "Reason must be BOUNCE or COMPLAINT.");
      await store.commit((view) => {
        const key = keyOf(address);
        if (!view.get(key) && [...view.list({ prefix })].length >= MAX_ADDRESSES)
          throw new AwsError("BadRequestException", `The list has ${MAX_ADDRESSES} addresses.`);
        return { writes: [[key, { address, reason, at: clock.now() }]], value: undefined };
      });
      return {};
    },
    get(address: string): object {
      const found = store.get<Suppressed>(keyOf(address));
      if (!found) throw notListed(address);
      return { SuppressedDestination: { ...summaryOf(found), Attributes: {} } };
    },
    async remove(address: string): Promise<object> {
      const wasThere = await store.commit((view) => ({
        writes: [[keyOf(address), undefined]],
        value: view.get(keyOf(address)) !== undefined,
      }));
      if (!wasThere) throw notListed(address);
      return {};
    },
    page(query: URLSearchParams): object {
      const from = Number(query.get("NextToken") ?? 0);
      const size = Number(query.get("PageSize") ?? MAX_OF_A_PAGE);
      if (!Number.isSafeInteger(from) || from < 0 || !(size >= 1 && size <= MAX_OF_A_PAGE))
        throw new AwsError("BadRequestException", "NextToken or PageSize is not valid.");
      const reasons = query.getAll("Reason");
      const all = list().filter(({ reason }) => reasons.length === 0 || reasons.includes(reason));
      const to = from + Math.floor(size);
      return {
        SuppressedDestinationSummaries: all.slice(from, to).map(summaryOf),
        ...(to < all.length ? { NextToken: String(to) } : {}),
      };
    },
  };
}

const summaryOf = ({ address, reason, at }: Suppressed) => ({
  EmailAddress: address,
  Reason: reason,
  LastUpdateTime: at / 1000,
});

const notListed = (address: string) =>
  new AwsError("NotFoundException", `Email address ${address} does not exist on your suppression list.`, 404);
