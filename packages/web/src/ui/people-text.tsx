import { sentenceParts } from "../model/words.ts";

/**
 * What people or workflows wrote, as they wrote it: its lines are kept, and its direction and language are its own.
 * Without `lang` its language is unknown, and not the page's.
 */
export function PeopleText({
  children,
  as: Tag = "span",
  lang = "",
  className = "",
  id,
}: {
  children: string;
  as?: "span" | "p" | "strong" | "h1" | "pre";
  lang?: string | undefined;
  className?: string;
  id?: string | undefined;
}) {
  return (
    <Tag id={id} className={`people-text ${className}`.trim()} dir="auto" lang={lang}>
      {children}
    </Tag>
  );
}

/** A sentence of ours, in which what people said keeps its direction and language to itself. */
export function Sentence({ children, lang = "" }: { children: string; lang?: string | undefined }) {
  return sentenceParts(children).map(({ text, theirs }, index) =>
    theirs ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other name
      <bdi key={index} className="people-text" lang={lang}>
        {text}
      </bdi>
    ) : (
      text
    ),
  );
}
