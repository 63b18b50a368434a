/** Texts of the outcomes of questions and answers; `at` and `until` are moments. */
export const outcomes = {
  /** What somebody did, to follow their name. */
  actions: {
    chose: (what: string) => `chose ${what}`,
    wrote: (what: string) => `wrote ${what}`,
    answered: (what: string) => `answered ${what}`,
    withComment: (action: string, comment: string) => `${action}, with the comment ${comment},`,
    withHint: (action: string, hint: string) => `${action}, with the hint ${hint},`,
    because: (action: string, why: string) => `${action} (${why})`,
    mail: (action: string) => `${action} by mail`,
    webhook: (action: string) => `${action} by webhook`,
  },

  endings: {
    replied: (who: string, action: string, at: string) => `${who} ${action} at ${at}.`,
    byDefault: (taken: string, at: string) => `Nobody answered in time, so ${taken} at ${at}.`,
    answered: "It was answered.",
    expired: "Nobody answered in time.",
    withdrawn: "The workflow no longer waits for an answer.",
    superseded: "A newer question has replaced it.",
    underWay: "It is on its way to the workflow…",
    relayed: "The workflow has the answer.",
    undeliverable: "The workflow did not get it.",
    unconfirmed: "It is not known whether the workflow got it.",
  },

  /** What the system did when nobody answered. */
  taken: {
    title: (title: string) => `${title} was taken by the system`,
    chosen: (label: string) => `the system chose ${label}`,
    answer: (answer: string) => `the system gave the answer ${answer}`,
    approved: "the system counted it as approved",
    rejected: "the system counted it as rejected",
    first: "the system took the first proposal",
  },

  receipts: {
    told: (action: string, subject: string, delivery: string) => `You ${action} for ${subject}: ${delivery}.`,
    inThread: (subject: string, thread: string) => `${subject}, ${thread}`,
    accepted: "it was accepted and is on its way to the workflow",
    relayed: "the workflow has the answer",
    undeliverable: "the workflow did not get the answer",
    unconfirmed: "it is not known whether the workflow got the answer",
  },

  /** What happens when nobody answers; without a deadline there is no `at`. */
  defaults: {
    staysOpen: "The question stays open until somebody answers.",
    expires: (at: string) => `If nobody answers, the question expires at ${at}.`,
    first: (at?: string) => `If you do nothing: the first proposal is taken${when(at)}.`,
    taken: (title: string, at?: string) => `If you do nothing: ${title} is taken${when(at)}.`,
    answer: (answer: string, at?: string) => `If you do nothing: ${answer} is the answer${when(at)}.`,
    approved: (at?: string) => `If you do nothing: it counts as approved${when(at)}.`,
    rejected: (at?: string) => `If you do nothing: it counts as rejected${when(at)}.`,
    chosen: (label: string, at?: string) => `If you do nothing: ${label} is chosen${when(at)}.`,
  },

  refusals: {
    notTaken: "Your answer was not taken.",
    somebodyFaster: (at?: string) =>
      `Somebody was faster: the question was answered${when(at)}. Your answer was not taken.`,
    faster: (who: string, action: string, at?: string) =>
      `${who} was faster and ${action}${when(at)}. Your answer was not taken.`,
    systemFaster: (at?: string) =>
      `The deadline had passed and the system gave the default answer${when(at)}. Your answer was not taken.`,
    answeredBefore: (action: string, at?: string) =>
      `You had already answered: you ${action}${when(at)}. This second answer was not taken.`,
    expired: "Time is up. Your answer was not taken.",
    withdrawn: "The workflow no longer waits for an answer.",
    superseded:
      "A newer question has replaced this one. Your answer was not taken; the newer question is open.",
    staleRound: (round?: number) =>
      `The question is in ${round === undefined ? "another round" : `round ${round}`} by now. Look at the newer proposals and answer again.`,
    stale: "The question has changed since it was shown. Look at it and answer again.",
    invalid: "The answer does not fit the question. Change it and send it again.",
    forbidden: "You may read this question but not answer it.",
    notFound: "This question does not exist any more.",
    tooOften: (wait?: string) =>
      `Too many answers in a short time. Wait ${wait ?? "a moment"} and send it again.`,
  },

  /** Why more time was not given, or a question not assigned to others. */
  acts: {
    mayNotExtend: "Only those who are asked, and the owners of the video, may give it more time.",
    mayNotReassign: "Only the owners of the video may assign its question to others.",
    badNames: "It cannot be assigned to these. Check the names.",
    answered: "The question has been answered meanwhile.",
    expired: "Time is up.",
    withdrawn: "The workflow no longer waits for an answer.",
    superseded: "A newer question has replaced this one.",
    notFound: "This question does not exist any more.",
    tooOften: (wait?: string) =>
      `That was too often in a short time. Wait ${wait ?? "a moment"} and try again.`,
    waitsUntil: (until: string) => `The workflow waits until ${until} at most.`,
    noMoreTime: "The workflow waits no longer than that: there is no more time to give.",
    badTime: "The deadline cannot be moved to that time.",
  },

  /** Why something failed, by Callboard's own codes. */
  reasons: {
    wait_gone: "The workflow had stopped waiting.",
    answer_not_acceptable: "Step Functions does not accept such an answer.",
    history_not_readable: "The history of the workflow could not be read.",
    no_final_word: "Step Functions gave no final result.",
    execution_succeeded: "The workflow has ended.",
    execution_failed: "The workflow has failed.",
    execution_timed_out: "The workflow took too long and was stopped.",
    execution_aborted: "The workflow was stopped by hand.",
  },
};

function when(at: string | undefined): string {
  return at === undefined ? "" : ` at ${at}`;
}
