// Constants of their own, before all else and written out: bundlers put them where they are read, so that a browser's
// client, which needs these alone, is not given all the others.
/** Bytes of one client message: one WebSocket frame of API Gateway is 32 KB. */
export const clientMessageBytes = 30 * 1024;
/** Channels named in one `hello`, `subscribe`, `unsubscribe` or `ping`. */
export const channelsPerMessage = 50;
/** Levels of lists and objects within each other, in a message or an event's detail. */
export const jsonDepth = 64;
/** Characters of what people read. */
export const messageLength = 300;
export const titleLength = 300;
export const commentLength = 1000;
export const sourceLength = 100;
export const labelLength = 60;
/** Of a request, together with those whom it is escalated to. */
export const mostAssignees = 20;

/** API Gateway closes every connection after two hours. */
export const connectionMs = 7_200_000;
/** Attention that is not renewed ends after this time; clients renew it every third of it. */
export const attentionMs = 90_000;

/** Every bound of the protocol, in one place; `welcome.limits` tells clients those that concern them. */
export const limits = {
  clientMessageBytes,
  /** Bytes of one server message: PostToConnection takes 128 KB. */
  serverMessageBytes: 120 * 1024,
  channelsPerMessage,
  /** Live keys of a channel. */
  channelKeys: 500,
  /** Bytes of all live values of a channel, as JSON. */
  channelBytes: 256 * 1024,
  /** Bytes of one value, as JSON. */
  valueBytes: 16 * 1024,
  /** Removed keys of a channel that are surely remembered; older ones may be forgotten. */
  removedKeys: 100,
  /** Digits of a large number of viewers that are told; the others are zeros. */
  viewersDigits: 3,
  /** Bytes of a request's summary in an inbox, as JSON. */
  inboxSummaryBytes: 512,
  /** Subjects of a list: those that began last. */
  listedSubjects: 50,
  promptLength: 1000,
  commentLength,
  messageLength,
  /** Bytes of a failure's cause, as JSON. */
  causeBytes: 4 * 1024,
  /** Bytes of a report's `data`, as JSON. */
  dataBytes: 8 * 1024,
  factsPerEvent: 20,
  /** Bytes of a fact's value, as JSON. */
  factBytes: 4 * 1024,
  titleLength,
  descriptionLength: 4000,
  sourceLength,
  labelLength,
  /** Bytes of a reply's `value` and of a request's `schema`, as JSON. */
  replyValueBytes: 8 * 1024,
  /** Bytes of what a plugin hands back, as JSON. */
  pluginBytes: 20 * 1024,
  /** Bytes of a candidate, as JSON. */
  candidateBytes: 15 * 1024,
  candidatesPerEvent: 20,
  assignees: mostAssignees,
  owners: 20,
  /** Of a subject, beside those whom a question waits for. */
  followers: 20,
  rounds: 100,
  /** Refused replies of one person within a minute that are told with their reason. */
  refusalsPerMinute: 30,
  /** AWS: a task token is 1 to 2,048 characters. */
  taskTokenLength: 2048,
  /** AWS: a wait ends with the execution, after a year at most. */
  timeoutSeconds: 366 * 24 * 3600,
  /** Times of events, in milliseconds: from the year 2000 up to 2100. What lies outside is of another unit, or no time. */
  earliestTime: 946_684_800_000,
  latestTime: 4_102_444_800_000,
  jsonDepth,
  /** What `details.issues` and reasons name, and the characters of each. */
  issues: 10,
  issueLength: 300,
} as const;

export const seconds = (n: number) => n * 1000;
export const minutes = (n: number) => n * 60_000;
export const hours = (n: number) => n * 3_600_000;
export const days = (n: number) => n * 86_400_000;

// Calls marked as pure, so that a bundle that does not use a time does not hold it.
/** How often a client that follows such a channel sends `ping`, in milliseconds. */
export const heartbeatMs = {
  watch: /* @__PURE__ */ minutes(4),
  work: /* @__PURE__ */ seconds(30),
  inbox: /* @__PURE__ */ seconds(30),
  list: /* @__PURE__ */ minutes(4),
} as const;

/** A receipt stays in its sender's inbox this long. */
export const receiptMs = /* @__PURE__ */ days(7);
