import { type CandidateValue, type DoorName, days, defined, pictureIn } from "@callboard/protocol";
import type {
  Addressee,
  DoorTokens,
  Ids,
  Notice,
  NoticedCandidate,
  NoticedQuestion,
  Reach,
} from "../ports/index.ts";
import { languageOf, zoneOf } from "../reach/doors.ts";
import type { FeedbackRequest } from "../request/request.ts";
import type { QuestionToSend } from "./decide-notice.ts";
import { askedAs } from "./people-to-notify.ts";

/** The most questions in one notice; the others are only counted. */
const MAX_QUESTIONS = 20;
/** The most candidates of one question. */
const MAX_CANDIDATES = 50;

/** How long the link to an answer is valid at most; the question's own end may come first. */
const LINK_MS = days(30);

/** The person to whom a notice is addressed. */
export const addresseeOf = (reach: Reach): Addressee => ({
  user: reach.person.id,
  name: reach.person.name,
  lang: languageOf(reach),
  zone: zoneOf(reach),
});

interface Composing {
  readonly reach: Reach;
  readonly door: DoorName;
  /** The first of them is always included. */
  readonly questions: readonly QuestionToSend[];
  /** How many questions wait for this person. */
  readonly waiting: number;
  readonly now: number;
}

interface ComposePorts {
  readonly doorTokens: Pick<DoorTokens, "seal">;
  readonly ids: Pick<Ids, "hash">;
  candidatesOf(request: FeedbackRequest): Promise<readonly CandidateValue[]>;
  titleOf(request: FeedbackRequest): Promise<string | undefined>;
}

/** What one person is sent through one door. Its id is a hash of the person and of what the notice is about. */
export async function composeNotice(
  ports: ComposePorts,
  { reach, door, questions, waiting, now }: Composing,
): Promise<Notice> {
  const { key, person } = reach;
  const included = questions.slice(0, MAX_QUESTIONS);
  const names = questions.map(({ request, due }) => `${request.id} ${due.of}`).sort();
  return {
    id: `notice_${ports.ids.hash([key, ...names].join("\n"))}`,
    occasion: questions.every(({ due }) => due.occasion === "reminded") ? "reminded" : "asked",
    to: addresseeOf(reach),
    questions: await Promise.all(included.map(({ request }) => noticed(request))),
    others: Math.max(0, waiting - included.length),
    unsubscribeToken: await ports.doorTokens.seal({ kind: "unsubscribe", key, door }),
  };

  async function noticed(request: FeedbackRequest): Promise<NoticedQuestion> {
    const { id: requestId, subject, thread, round, prompt, lang, labels, verbs, schema } = request;
    const { digest, askedAt, deadline, timeoutAt = Infinity, default: given } = request;
    const [title, candidates, token] = await Promise.all([
      ports.titleOf(request),
      ports.candidatesOf(request),
      ports.doorTokens.seal({
        kind: "answer",
        requestId,
        person,
        as: askedAs(reach, request) ?? `user/${person.id}`,
        door,
        until: Math.min(timeoutAt, now + LINK_MS),
      }),
    ]);
    const about = { requestId, subject, thread, round, title, prompt, lang, labels, verbs, schema };
    return defined({
      ...about,
      candidates: candidates.slice(0, MAX_CANDIDATES).map(noticedCandidate),
      digest,
      askedAt,
      deadline,
      default: given,
      token,
    });
  }
}

const noticedCandidate = ({ id, source, title, description, more }: CandidateValue): NoticedCandidate =>
  defined({ id, source, title, description, picture: pictureIn(more) });
