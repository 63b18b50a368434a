"use client";

export type { AnswerParts } from "./headless/answerable.ts";
export { loadForms, type QuestionForm, useAnswerForm } from "./use-answer-form.ts";
export {
  CallboardProvider,
  useCallboard,
  useConnection,
  useServerNow,
  useServerNowPast,
  useUser,
} from "./use-callboard.ts";
export {
  type FollowedChannel,
  type FollowOptions,
  useChannel,
  useChannels,
} from "./use-channel.ts";
export { DraftsProvider, useDraft, useDrafts } from "./use-draft.ts";
export { type Inbox, useInbox } from "./use-inbox.ts";
export { type SubjectList, useList } from "./use-list.ts";
export { type Picture, usePicture } from "./use-picture.ts";
export { type ProgressOptions, type SubjectProgress, useProgress } from "./use-progress.ts";
export {
  Question,
  type QuestionOptions,
  type QuestionView,
  useQuestion,
} from "./use-question.ts";
