import {
  type AttendingValue,
  type AvatarValue,
  type CandidateValue,
  type CaptionsValue,
  commentLength,
  type DefaultReply,
  type ExecutionState,
  type ExecutionValue,
  type FactValue,
  type InboxRequestValue,
  isName,
  isPrincipal,
  isRequestId,
  isSubject,
  type Labels,
  type ListedValue,
  labelLength,
  type MediaValue,
  messageLength,
  type Person,
  type Principal,
  type ReceiptValue,
  type RecordedReply,
  type RequestState,
  type RequestValue,
  type StepState,
  type StepValue,
  type StoredObject,
  sourceLength,
  type TitleValue,
  titleLength,
  type Verb,
  type ViewersValue,
  verbNames,
  type WaitingValue,
  type WarningValue,
} from "@callboard/protocol";
import { isJsonObject } from "../json.ts";
import {
  anything,
  byKey,
  list,
  object,
  oneOf,
  type Reader,
  type Shape,
  text,
  textThat,
  that,
  whole,
} from "./read.ts";

// The checks of the schemas in `protocol`, without the schema library; `values.test.ts` compares each with
// its schema. Calls are marked as pure, so that a bundle contains only the readers that it uses.

export const time = /* @__PURE__ */ whole(0, 8.64e15);
const integer = /* @__PURE__ */ whole();
export const count = /* @__PURE__ */ whole(0);
const positive = /* @__PURE__ */ whole(1);
const finite = /* @__PURE__ */ that<number>(Number.isFinite);
const anyText = /* @__PURE__ */ text();
const name = /* @__PURE__ */ textThat(isName);
const requestId = /* @__PURE__ */ textThat<RequestValue["requestId"]>(isRequestId);
const subject = /* @__PURE__ */ textThat<RequestValue["subject"]>(isSubject);
const message = /* @__PURE__ */ text(messageLength);
const title = /* @__PURE__ */ text(titleLength);
const data = /* @__PURE__ */ that<Record<string, unknown>>(isJsonObject);

/** Reads a verb of the protocol. */
export const verb = /* @__PURE__ */ oneOf<Verb>(verbNames);

const stepState = /* @__PURE__ */ oneOf<StepState>([
  "started",
  "running",
  "waiting",
  "succeeded",
  "failed",
  "skipped",
]);
const executionState = /* @__PURE__ */ oneOf<ExecutionState>([
  "running",
  "succeeded",
  "failed",
  "timed_out",
  "aborted",
]);
const requestState = /* @__PURE__ */ oneOf<RequestState>([
  "open",
  "answered",
  "relayed",
  "undeliverable",
  "unconfirmed",
  "expired",
  "withdrawn",
  "superseded",
]);
const receiptStatus = /* @__PURE__ */ oneOf<ReceiptValue["status"]>([
  "accepted",
  "relayed",
  "undeliverable",
  "unconfirmed",
]);
const attentionState = /* @__PURE__ */ oneOf<AttendingValue["state"]>(["shown", "reviewing"]);
const warningCode = /* @__PURE__ */ oneOf<WarningValue["code"]>(["no_deadline", "shared_thread"]);

const person = /* @__PURE__ */ object<Person>({ id: anyText, name: anyText });

const mediaType = /* @__PURE__ */ text(100);
const stored = (keys: RegExp) =>
  object<StoredObject>({
    key: textThat((key) => key.length <= 512 && keys.test(key)),
    mediaType,
    "url?": anyText,
    "expiresAt?": time,
  });
const picture = /* @__PURE__ */ stored(/^avatars\/[^\0]+$/);

/** `step/<execution>/<step>`. */
export const step: Shape<StepValue> = {
  execution: anyText,
  step: name,
  state: stepState,
  attempt: integer,
  "percent?": finite,
  "message?": message,
  startedAt: time,
  at: time,
  "data?": data,
  "cause?": anyText,
};

/** `execution/<id>`. */
export const execution: Shape<ExecutionValue> = {
  execution: anyText,
  state: executionState,
  startedAt: time,
  "endedAt?": time,
  "step?": name,
  "message?": message,
  "data?": data,
  "redrive?": positive,
  "arn?": anyText,
  "cause?": anyText,
};

/** `title`. */
export const titled: Shape<TitleValue> = { title };

/** `avatar`. */
export const avatar: Shape<AvatarValue> = { object: picture };

/** `media`. */
export const media: Shape<MediaValue> = {
  object: /* @__PURE__ */ stored(/^videos\/[^/\0]+\/[\w-]+\.(mp4|webm|m4a|mp3)$/),
  "durationMs?": time,
};

/** `captions`. */
export const captions: Shape<CaptionsValue> = {
  object: /* @__PURE__ */ stored(/^videos\/[^/\0]+\/[\w-]+\.(vtt|srt)$/),
};

/** `viewers`. */
export const viewers: Shape<ViewersValue> = { count };

const wait = /* @__PURE__ */ object<WaitingValue["requests"][RequestValue["requestId"]]>({
  thread: name,
  round: integer,
  since: time,
  "deadline?": time,
});
const waits = /* @__PURE__ */ byKey<RequestValue["requestId"], Exclude<ReturnType<typeof wait>, undefined>>(
  isRequestId,
  wait,
);

/** `waiting`. */
export const waiting: Shape<WaitingValue> = { requests: waits };

/** `candidate/<thread>/<round>/<by>/<id>`. */
export const candidate: Shape<CandidateValue> = {
  thread: name,
  round: integer,
  by: name,
  id: name,
  "source?": anyText,
  title: anyText,
  "description?": anyText,
  "more?": data,
};

const source = /* @__PURE__ */ text(sourceLength, 1);
const comment = /* @__PURE__ */ text(commentLength);
const replyFields = {
  verb,
  "candidateId?": name,
  "source?": source,
  "value?": anything,
  "comment?": comment,
};
const reply = /* @__PURE__ */ object<DefaultReply>(replyFields);
const recordedFields = /* @__PURE__ */ Object.assign({}, replyFields, {
  "via?": name,
  "digest?": name,
  replyId: name,
  round: integer,
  by: person,
  at: time,
});
const recorded = /* @__PURE__ */ object<RecordedReply>(recordedFields);

/** `request/<id>` in an inbox. */
export const wanted: Shape<InboxRequestValue> = {
  requestId,
  subject,
  thread: name,
  round: integer,
  "title?": anyText,
  prompt: anyText,
  "lang?": anyText,
  askedAt: time,
  "deadline?": time,
  "remindedAt?": time,
};

const label = /* @__PURE__ */ text(labelLength, 1);
const labels = /* @__PURE__ */ byKey<Verb, string>((key) => verb(key) !== undefined, label) as Reader<Labels>;

/** `fact/<name>` and `private/<name>`. */
export const fact: Shape<Omit<FactValue, "value"> & { value: NonNullable<unknown> }> = {
  name,
  "label?": label,
  value: /* @__PURE__ */ that((value) => value !== undefined),
  "version?": count,
  at: time,
};
const verbList = /* @__PURE__ */ list(verb);
const nameList = /* @__PURE__ */ list(name);
const principal = /* @__PURE__ */ textThat<Principal>(isPrincipal);
const principals = /* @__PURE__ */ list(principal);

/** `request/<id>` in `work:`. */
export const request: Shape<RequestValue> = /* @__PURE__ */ Object.assign({}, wanted, {
  "labels?": labels,
  verbs: verbList,
  candidates: nameList,
  "schema?": anything,
  assignees: principals,
  "maxRounds?": integer,
  execution: anyText,
  "default?": reply,
  state: requestState,
  "reply?": recorded,
  "digest?": name,
  "seenAt?": time,
  "reason?": anyText,
  "supersededBy?": requestId,
});

/** `attending/<request>/<user>`. */
export const attending: Shape<AttendingValue> = {
  requestId,
  user: person,
  state: attentionState,
  at: time,
  until: time,
};

/** `warning/…`. */
export const warning: Shape<WarningValue> = {
  "requestId?": requestId,
  "execution?": anyText,
  "thread?": name,
  code: warningCode,
  message,
};

/** `receipt/<replyId>`. */
export const receipt: Shape<ReceiptValue> = {
  replyId: name,
  requestId,
  subject,
  "thread?": name,
  "via?": name,
  verb,
  status: receiptStatus,
  "reason?": anyText,
  at: time,
};

/** `subject/<subject>` in a list. */
export const listed: Shape<ListedValue> = {
  subject,
  "title?": title,
  "state?": executionState,
  "waiting?": positive,
  "object?": picture,
  startedAt: time,
  at: time,
};
