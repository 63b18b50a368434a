import type { Channel } from "@callboard/client";
import { useEffect } from "react";
import type { Items } from "../model/items.ts";
import { avatarOf, titleOf, viewersOf } from "../model/subject.ts";
import { Avatar } from "./avatar.tsx";
import { RowBoundary } from "./error-boundary.tsx";
import { PeopleText } from "./people-text.tsx";

/** What it is about: picture, chosen title (`name` until there is one), and a line below. */
export function SubjectHead({
  channel,
  items,
  name,
  caption,
}: {
  channel: Channel;
  items: Items;
  name: string;
  caption: string;
}) {
  const title = titleOf(items);
  const viewers = viewersOf(items);
  useEffect(() => {
    document.title = `${title ?? name} · Callboard`;
  }, [title, name]);
  return (
    <header className="subject">
      <RowBoundary name="avatar" of={items.get("avatar")} as="span">
        <Avatar channel={channel} object={avatarOf(items)} title={title ?? name} />
      </RowBoundary>
      <div className="subject-words">
        <h1 tabIndex={-1} data-title={title === undefined ? "none" : "chosen"}>
          <PeopleText>{title ?? name}</PeopleText>
        </h1>
        <p className="quiet">
          <PeopleText>{caption}</PeopleText>
          {viewers !== undefined && viewers > 0 && ` · ${viewers} watching`}
        </p>
      </div>
    </header>
  );
}
