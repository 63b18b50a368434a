// Separate, fully written constants at the top: bundlers inline them, so a browser's client, which needs only these,
// does not contain the others.
/** Bytes of one client message: one WebSocket frame of API Gateway is 32 KB. */
export const clientMessageBytes = 30 * 1024;
/** Channels named in one `hello`, `subscribe`, `unsubscribe` or `ping`. */
export const channelsPerMessage = 50;
/** How deep lists and objects may be nested, in a message or an event's detail. */
export const jsonDepth = 64;
/** Characters of a text that people read. */
export const messageLength = 300;
export const titleLength = 300;
export const commentLength = 1000;
export const sourceLength = 100;
export const labelLength = 60;
/** Assignees of a request, together with those to whom it is escalated. */
export const mostAssignees = 20;

/** API Gateway closes every connection after two hours. */
export const connectionMs = 7_200_000;
/** Attention that is not renewed ends after this time; clients renew it after each third of it. */
export const attentionMs = 90_000;

/** All limits of the protocol, in one place; `welcome.limits` tells clients those that they need. */
export const limits = {
  clientMessageBytes,
  /** Bytes of one server message: PostToConnection takes 128 KB. */
  serverMessageBytes: 120 * 1024,
  channelsPerMessage,
  /** Keys of a channel that have a value. */
  channelKeys: 500,
  /** Bytes of all values of a channel, as JSON. */
  channelBytes: 256 * 1024,
  /** Bytes of one value, as JSON. */
  valueBytes: 16 * 1024,
  /** The minimum number of removed keys that a channel remembers; older ones may be forgotten. */
  removedKeys: 100,
  /** Digits of a large number of viewers that are shown; the others are zeros. */
  viewersDigits: 3,
  /** Bytes of a request's summary in an inbox, as JSON. */
  inboxSummaryBytes: 512,
  /** Subjects in a list: those that began last. */
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
  /** Bytes of a plugin's answer, as JSON. */
  pluginBytes: 20 * 1024,
  /** Bytes of a candidate, as JSON. */
  candidateBytes: 15 * 1024,
  candidatesPerEvent: 20,
  assignees: mostAssignees,
  owners: 20,
  /** Followers of a subject, in addition to those whom a question waits for. */
  followers: 20,
  rounds: 100,
  /** The refused replies of one person in a minute that get the reason. */
  refusalsPerMinute: 30,
  /** AWS: a task token is 1 to 2,048 characters. */
  taskTokenLength: 2048,
  /** AWS: a wait ends with the execution, after a year at most. */
  timeoutSeconds: 366 * 24 * 3600,
  /**
   * Times of events, in milliseconds: from the year 2000 up to 2100. A number outside is in another unit, or is not a
   * time.
   */
  earliestTime: 946_684_800_000,
  latestTime: 4_102_444_800_000,
  jsonDepth,
  /** The most issues in `details.issues` or a reason, and the characters of each. */
  issues: 10,
  issueLength: 300,
} as const;

export const seconds = (n: number) => n * 1000;
export const minutes = (n: number) => n * 60_000;
export const hours = (n: number) => n * 3_600_000;
export const days = (n: number) => n * 86_400_000;

// Calls are marked as pure, so that bundlers can remove the constants that a bundle does not use.
/** How often a client that follows such a channel sends `ping`, in milliseconds. */
export const heartbeatMs = {
  watch: /* @__PURE__ */ minutes(4),
  work: /* @__PURE__ */ seconds(30),
  inbox: /* @__PURE__ */ seconds(30),
  list: /* @__PURE__ */ minutes(4),
} as const;

/** How long a receipt stays in its sender's inbox. */
export const receiptMs = /* @__PURE__ */ days(7);
