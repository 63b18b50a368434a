import { expect } from "vitest";
import { type Attack, type Attacked, subject } from "./attacked.ts";

const evil = "clip/evil";
const foreign = expect.stringContaining("execution: it is about a subject that clips may not publish about");

const question = {
  subject: evil,
  thread: "title",
  round: 9,
  order: [9, 9, 9],
  taskToken: "AQC-evil",
  prompt: "Which one?",
  verbs: ["pick"],
  candidates: [{ id: "evil", title: "Evil" }],
  assignees: ["user/eve"],
};
const report = { subject: evil, step: "charge", state: "failed", at: Date.UTC(2026, 0, 1) };

/** The reason for which an event about the execution of `orders` is refused. */
const put =
  (type: string, detail: object, { source = "clips", inDetail = false } = {}) =>
  ({ publish, execution }: Attacked) =>
    inDetail ? publish(source, type, { ...detail, execution }) : publish(source, type, detail, execution);

/** An event that is accepted and must change nothing of the question. */
const without =
  (by: (attacked: Attacked) => Promise<string>) =>
  async (attacked: Attacked): Promise<string> => {
    const before = JSON.stringify(await attacked.question());
    const became = await by(attacked);
    return JSON.stringify(await attacked.question()) === before ? became : "changed";
  };

const notTheirs = (source: string) => expect.stringContaining(`subject: ${source} may not publish about it`);

/** Publishers who try to change others' subjects. */
export const onTheBus: readonly Attack[] = [
  {
    tries: "withdraw a question by naming its execution",
    by: put("Feedback Closed", { subject: evil, thread: "title", reason: "evil" }),
    meets: foreign,
  },
  {
    tries: "withdraw a question by naming its execution in the detail",
    by: put("Feedback Closed", { subject: evil, thread: "title", reason: "evil" }, { inDetail: true }),
    meets: foreign,
  },
  {
    tries: "withdraw a question of a subject that is not theirs",
    by: put("Feedback Closed", { subject, thread: "title", reason: "evil" }),
    meets: notTheirs("clips"),
  },
  { tries: "supersede a question", by: put("Feedback Requested", question), meets: foreign },
  {
    tries: "supersede a question by naming its execution in the detail",
    by: put("Feedback Requested", question, { inDetail: true }),
    meets: foreign,
  },
  {
    tries: "ask for an execution of another account, whose token nobody here may use",
    by: ({ publish }) =>
      publish(
        "clips",
        "Feedback Requested",
        question,
        "arn:aws:states:us-east-1:210987654321:execution:clips:e1",
      ),
    meets: expect.stringContaining("execution: it is of account 210987654321"),
  },
  {
    tries: "ask about a subject that is not theirs",
    by: put("Feedback Requested", { ...question, subject }),
    meets: notTheirs("clips"),
  },
  {
    tries: "say that an execution was redriven",
    by: put("Feedback Requested", { ...question, order: [50, 0, 0] }),
    meets: foreign,
  },
  { tries: "fail a step of an execution", by: put("Progress Reported", report), meets: foreign },
  {
    tries: "end an execution",
    by: put("Progress Reported", { ...report, step: "execution" }, { inDetail: true }),
    meets: foreign,
  },
  {
    tries: "claim an execution, to be told how it ends",
    by: put("Progress Reported", { ...report, state: "started", attempt: 100 }),
    meets: foreign,
  },
  {
    tries: "report on a subject that is not theirs",
    by: put("Progress Reported", { ...report, subject }),
    meets: notTheirs("clips"),
  },
  {
    tries: "make themselves owners of it",
    by: put("Progress Reported", { ...report, subject, owners: ["user/eve"] }),
    meets: notTheirs("clips"),
  },
  {
    tries: "propose candidates for another's question",
    by: put("Candidates Proposed", {
      subject,
      thread: "title",
      round: 1,
      candidates: [{ id: "e", title: "E" }],
    }),
    meets: notTheirs("clips"),
  },
  {
    tries: "add to a question whose task token they have",
    by: async ({ publish, stage, execution }) => {
      const [taskToken] = await taskTokensOf(stage, execution);
      const own = "arn:aws:states:us-east-1:000000000000:execution:clips:own";
      return publish("clips", "Feedback Requested", { ...question, taskToken }, own);
    },
    meets: expect.stringContaining("taskToken: it is about a subject that clips may not publish about"),
  },
  {
    tries: "publish under an unknown name",
    by: put("Progress Reported", { ...report, subject }, { source: "somebody" }),
    meets: notTheirs("somebody"),
  },
  {
    tries: "publish under another's name in another case",
    by: put("Progress Reported", { ...report, subject }, { source: "Orders" }),
    meets: notTheirs("Orders"),
  },
  {
    tries: "publish under a name that every object inherits",
    by: put("Progress Reported", { ...report, subject }, { source: "constructor" }),
    meets: notTheirs("constructor"),
  },
  {
    tries: "publish in Callboard's own name",
    by: put("Progress Reported", { ...report, subject }, { source: "callboard" }),
    meets: notTheirs("callboard"),
  },
  {
    tries: "escape from their own subjects by a path",
    by: without(put("Progress Reported", { ...report, subject: `clip/../${subject}` }, {})),
    meets: foreign,
  },
  ...(
    [
      ["Request Changed", { version: 99 }],
      ["Request Due", {}],
      ["Reply Accepted", { replyId: "r_evil" }],
      ["Attention Changed", {}],
    ] as const
  ).map(
    ([type, more]): Attack => ({
      tries: `bring anything about by ${type} in Callboard's own name`,
      by: without(({ publish, requestId }) => publish("callboard", type, { requestId, ...more })),
      meets: "taken",
    }),
  ),
];

/** The task tokens in an execution's history. */
export async function taskTokensOf({ aws }: Attacked["stage"], execution: string): Promise<string[]> {
  const text = JSON.stringify(await aws.history(execution));
  return [...new Set([...text.matchAll(/taskToken\\*":\\*"([^"\\]+)/g)].map(([, token]) => token!))];
}
