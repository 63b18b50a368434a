import type { Letter } from "./letter.ts";
import type { ToldCandidate, ToldQuestion } from "./told.ts";

const RULE = "-".repeat(40);

/** A mail as plain text. The question's own text is indented, so that it cannot pass for ours. */
export function plainText(letter: Letter): string {
  const single = letter.questions.length === 1;
  const blocks = [
    letter.opening,
    letter.code === undefined ? undefined : `    ${letter.code}`,
    ...letter.questions.flatMap((question) => [
      single ? undefined : RULE,
      ...questionBlocks(question, letter.open),
    ]),
    ...(letter.others
      ? [RULE, `${letter.others.says}\n\n${letter.others.label}\n${letter.others.link}`]
      : []),
    RULE,
    ...letter.closing,
    letter.stop && `${letter.stop.label}\n${letter.stop.link}`,
  ];
  return `${blocks.filter((block) => block !== undefined).join("\n\n")}\n`;
}

function questionBlocks(question: ToldQuestion, open: string): (string | undefined)[] {
  return [
    indented(`${question.title}\n${question.prompt}`, "    "),
    ...question.candidates.map(candidateBlock),
    question.more,
    `${open}\n${question.link}`,
    question.otherWays,
    `${question.deadline}\n${question.ifNothing}`,
  ];
}

const candidateBlock = ({ title, source, description, choose }: ToldCandidate, index: number): string =>
  [
    `${index + 1}. ${title}`,
    source && indented(source, "   "),
    description && indented(description, "   "),
    choose && `   ${choose.label}\n   ${choose.link}`,
  ]
    .filter((line) => line)
    .join("\n");

const indented = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);
