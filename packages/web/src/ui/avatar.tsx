import type { Channel } from "@callboard/client";
import type { ListedSubject } from "@callboard/client/headless";
import { type Picture, usePicture } from "@callboard/client/react";
import { useState } from "react";
import { useWords } from "../words/use-words.ts";

interface Props {
  picture: Picture | undefined;
  title: string;
  /** It is next to the title: then it has no alternative text, and is loaded when it becomes visible. */
  isDecoration?: boolean;
}

/** The subject's picture, with its space reserved. */
export function Avatar({ picture, title, isDecoration = false }: Props) {
  const words = useWords();
  const [shown, setShown] = useState<string>();
  const isShown = picture !== undefined && shown === picture.src;
  return (
    <span
      className="avatar"
      {...{ [isDecoration ? "data-picture" : "data-avatar"]: isShown ? "shown" : "none" }}
    >
      {picture === undefined ? (
        <span className="avatar-initial" aria-hidden="true">
          {[...title][0]?.toUpperCase()}
        </span>
      ) : (
        <img
          {...picture}
          alt={isDecoration ? "" : words.shell.rows.drawnFor(title)}
          loading={isDecoration ? "lazy" : "eager"}
          onLoad={() => setShown(picture.src)}
        />
      )}
    </span>
  );
}

/** The picture of a subject next to its name, as in the list. */
export const ListedPicture = ({
  channel,
  line,
  name,
}: {
  channel: Channel;
  line: ListedSubject;
  name: string;
}) => <Avatar picture={usePicture(channel, line.key, line.picture)} title={name} isDecoration />;
