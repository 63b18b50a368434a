import type { Picture } from "@callboard/client/react";
import type { ReactNode } from "react";
import { useWords } from "../words/use-words.ts";
import { Avatar } from "./avatar.tsx";
import { RowBoundary } from "./error-boundary.tsx";
import { usePageTitle } from "./page-title.tsx";
import { PeopleText } from "./people-text.tsx";

/** The subject: picture, title (`name` until there is one), and a line below; `children` are next to them. */
export function SubjectHead({
  title,
  picture,
  viewers,
  name,
  caption,
  children,
}: {
  title: string | undefined;
  picture: Picture | undefined;
  viewers: number | undefined;
  name: string;
  caption: string;
  children?: ReactNode;
}) {
  const { shell } = useWords();
  usePageTitle(shell.titleOf(title ?? name));
  return (
    <header className="subject">
      <RowBoundary name="avatar" of={picture} as="span">
        <Avatar picture={picture} title={title ?? name} />
      </RowBoundary>
      <div className="subject-words">
        <h1 tabIndex={-1} data-title={title === undefined ? "none" : "chosen"}>
          <PeopleText>{title ?? name}</PeopleText>
        </h1>
        <p className="quiet">
          <PeopleText>{caption}</PeopleText>
          {viewers !== undefined && viewers > 0 && ` · ${shell.rows.watching(viewers)}`}
        </p>
      </div>
      {children}
    </header>
  );
}
