import type { Channel } from "@callboard/client";
import { useEffect } from "react";
import type { Items } from "../model/items.ts";
import { avatarOf, titleOf, viewersOf } from "../model/subject.ts";
import { Avatar } from "./avatar.tsx";

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
      <Avatar channel={channel} object={avatarOf(items)} title={title ?? name} />
      <div className="subject-words">
        <h1 tabIndex={-1} data-title={title === undefined ? "none" : "chosen"}>
          {title ?? name}
        </h1>
        <p className="quiet">
          {caption}
          {viewers !== undefined && viewers > 0 && ` · ${viewers} watching`}
        </p>
      </div>
    </header>
  );
}
