import type { Channel } from "@callboard/client";
import { useCallboard } from "@callboard/client/react";
import type { StoredObject } from "@callboard/core";
import { useEffect, useState } from "react";
import { isFresh } from "../model/subject.ts";

/** The subject's picture, in a place that is kept for it; a URL that has expired is asked for anew. */
export function Avatar({
  channel,
  object,
  title,
}: {
  channel: Channel;
  object: StoredObject | undefined;
  title: string;
}) {
  const client = useCallboard();
  const [resolved, setResolved] = useState<{ key: string; url: string } | undefined>();
  const [tries, setTries] = useState(0);
  const key = object?.key;
  const given = object && isFresh(object, Date.now()) && tries === 0 ? object.url : undefined;
  const url = given ?? (resolved?.key === key ? resolved?.url : undefined);

  useEffect(() => {
    if (key === undefined || given !== undefined || tries > mostTries) return;
    let current = true;
    client
      .resolve(`${channel}#avatar`)
      .then((answer) => current && setResolved({ key, url: answer.url }))
      .catch(() => current && setResolved(undefined));
    return () => {
      current = false;
    };
  }, [client, channel, key, given, tries]);

  return (
    <div className="avatar" data-avatar={url === undefined ? "none" : "shown"}>
      {url !== undefined && (
        <img
          src={url}
          alt={`Drawn for “${title}”`}
          onError={() => setTries((n) => Math.min(n + 1, mostTries + 1))}
        />
      )}
    </div>
  );
}

const mostTries = 2;
