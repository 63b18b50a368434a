export { answerForm } from "./answer-form.ts";
export {
  type Answerable,
  type AnswerableSources,
  type AnswerParts,
  answerableOf,
  type Proposals,
  proposalsFor,
  replyOf,
} from "./answerable.ts";
export { type AnswerState, type Answers, answersOf, createAnswers, isUnderWay } from "./answers.ts";
export {
  type AskedPeople,
  attendersOf,
  followAsked,
  isSamePerson,
  nextLapse,
  plainId,
} from "./attention.ts";
export { type AttentionReporter, createAttentionReporter, type ReporterClock } from "./attention-reporter.ts";
export {
  type Candidate,
  type CandidateGroup,
  type CandidateRound,
  candidatesIn,
  candidatesOf,
  latestThread,
  namedIn,
  offeredIn,
  saidIn,
  type TitleOf,
  titlesOf,
} from "./candidates.ts";
export {
  type ConnectionCode,
  type ConnectionKind,
  type ConnectionView,
  connectionView,
} from "./connection-view.ts";
export { createDrafts, type DraftStorage, type Drafts } from "./drafts.ts";
export { type Broadcast, broadcastOf, type Fact, factsOf } from "./facts.ts";
export * from "./form-field.ts";
export type { FormProblem } from "./form-problem.ts";
export { type FieldProblem, type FormReading, readForm } from "./form-reading.ts";
export { stateOf } from "./form-state.ts";
export { type FurtherField, type FurtherPart, furtherFields, type PlainPart } from "./further-fields.ts";
export { changedReceipts, receiptsOf, type Wanted, wantedOf } from "./inbox.ts";
export type { Items } from "./items.ts";
export { type ListedSubject, listOf } from "./listed.ts";
export { readAs } from "./locale-number.ts";
export { localMoment, localTime } from "./moment-text.ts";
export { isSettled, issuesOf, latestOf, type Outcome, type OutcomeSources, outcomeOf } from "./outcome.ts";
export { type FollowedPicture, followPicture, type PictureSource } from "./picture.ts";
export { watchPresence } from "./presence.ts";
export {
  type ExecutionProgress,
  progressOf,
  type RunProgress,
  type StepProgress,
  unreadProgress,
} from "./progress.ts";
export {
  type Missing,
  ownLabel,
  type PartsThere,
  type Question,
  type QuestionVerb,
  questionsIn,
  roundsLeft,
  verbsOf,
} from "./question.ts";
export { type ArrangedQuestions, type Asked, arrangeQuestions } from "./questions.ts";
export { placedIssues } from "./server-issues.ts";
export {
  captionsOf,
  isFresh,
  mediaOf,
  pictureOf,
  type SubjectWarning,
  titleOf,
  viewersOf,
  type Waiting,
  waitingOf,
  warningsOf,
} from "./subject.ts";
