import type { keyKinds } from "./kinds.ts";
import type { Channel, ChannelKind } from "./names.ts";
import type {
  AttendingValue,
  AvatarValue,
  CandidateValue,
  CaptionsValue,
  ExecutionValue,
  FactValue,
  InboxRequestValue,
  ListedValue,
  MediaValue,
  ReceiptValue,
  RequestValue,
  StepValue,
  TitleValue,
  ViewersValue,
  WaitingValue,
  WarningValue,
} from "./values.ts";

/** The `data` of a report for which no type is given. */
export type AnyData = Record<string, unknown>;

/** The complete value of each kind of key. `kinds.ts` says who sees which, and which fields viewers do not see. */
export interface KindValues<Data = AnyData> {
  step: WithData<StepValue, Data>;
  execution: WithData<ExecutionValue, Data>;
  title: TitleValue;
  avatar: AvatarValue;
  media: MediaValue;
  captions: CaptionsValue;
  fact: FactValue;
  private: FactValue;
  viewers: ViewersValue;
  waiting: WaitingValue;
  request: RequestValue;
  candidate: CandidateValue;
  attending: AttendingValue;
  warning: WarningValue;
  receipt: ReceiptValue;
  subject: ListedValue;
}

/**
 * The type of a key's value in a channel: `ValueIn<"watch:order/7", "title">` is `TitleValue`. It is `never` for keys
 * that such channels do not show, and `unknown` for keys that only their producer knows.
 */
export type ValueIn<
  Name extends Channel,
  Key extends string,
  Data = AnyData,
> = Name extends `${infer In extends ChannelKind}:${string}` ? ShownIn<In, KindOfKey<Key>, Data> : never;

type KindOfKey<Key extends string> = Key extends `${infer Kind}/${string}` ? Kind : Key;
type WithData<Value, Data> = Omit<Value, "data"> & { data?: Data };

type ShownIn<In extends ChannelKind, Kind extends string, Data> = string extends Kind
  ? unknown
  : Kind extends keyof typeof keyKinds
    ? In extends (typeof keyKinds)[Kind]["shownIn"][number]
      ? ProjectedIn<In, Kind, Data>
      : never
    : In extends "work" | "inbox"
      ? unknown
      : never;

type ProjectedIn<In extends ChannelKind, Kind extends keyof typeof keyKinds, Data> = In extends "watch"
  ? (typeof keyKinds)[Kind] extends { ownersOnly: readonly (infer Field extends string)[] }
    ? Omit<KindValues<Data>[Kind], Field>
    : KindValues<Data>[Kind]
  : [In, Kind] extends ["inbox", "request"]
    ? InboxRequestValue
    : KindValues<Data>[Kind];
