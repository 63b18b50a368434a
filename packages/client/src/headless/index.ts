export { type AnswerState, type Answers, createAnswers } from "./answers.ts";
export { type ConnectionKind, type ConnectionView, connectionView } from "./connection-view.ts";
export { type ArrangedQuestions, type Asked, arrangeQuestions } from "./questions.ts";
