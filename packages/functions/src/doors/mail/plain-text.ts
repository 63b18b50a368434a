import type { MailContent } from "./mail-content.ts";
import type { MailCandidate, MailQuestion } from "./mail-question.ts";

const RULE = "-".repeat(40);

/** A mail as plain text. The question's own text is indented, so that it cannot pass for ours. */
export function plainText(content: MailContent): string {
  const single = content.questions.length === 1;
  const blocks = [
    content.opening,
    content.code === undefined ? undefined : `    ${content.code}`,
    ...content.questions.flatMap((question) => [
      single ? undefined : RULE,
      ...questionBlocks(question, content.open),
    ]),
    ...(content.others
      ? [RULE, `${content.others.says}\n\n${content.others.label}\n${content.others.link}`]
      : []),
    RULE,
    ...content.closing,
    content.stop && `${content.stop.label}\n${content.stop.link}`,
  ];
  return `${blocks.filter((block) => block !== undefined).join("\n\n")}\n`;
}

function questionBlocks(question: MailQuestion, open: string): (string | undefined)[] {
  return [
    indented(`${question.title}\n${question.prompt}`, "    "),
    ...question.candidates.map(candidateBlock),
    question.more,
    `${open}\n${question.link}`,
    question.otherWays,
    `${question.deadline}\n${question.ifNothing}`,
  ];
}

const candidateBlock = ({ title, source, description, choose }: MailCandidate, index: number): string =>
  [
    `${index + 1}. ${title}`,
    source && indented(source, "   "),
    description && indented(description, "   "),
    choose && `   ${choose.label}\n   ${choose.link}`,
  ]
    .filter((line) => line)
    .join("\n");

const indented = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);
