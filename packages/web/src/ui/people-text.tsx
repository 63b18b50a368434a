import { sentenceParts } from "../model/words.ts";

/**
 * Text by people or workflows, unchanged: with its lines, its direction and its language. Without `lang` its
 * language is marked as unknown, not as the page's.
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

/** A sentence of ours that contains people's text, with the direction and language of that text. */
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
