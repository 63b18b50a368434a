export { type Answers, type AnswerState, createAnswers } from "./answers.ts";
export { type ConnectionKind, type ConnectionView, connectionView } from "./connection-view.ts";
export { type ArrangedQuestions, arrangeQuestions, type Asked } from "./questions.ts";
