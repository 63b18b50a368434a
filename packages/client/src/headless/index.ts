export { type Answers, type AnswerState, createAnswers } from "./answers.ts";
export { type ArrangedQuestions, arrangeQuestions, type Asked } from "./questions.ts";
