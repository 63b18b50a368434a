import type { Channel } from "@callboard/client";
import { useCallboard } from "@callboard/client/react";
import type { StoredObject } from "@callboard/protocol";
import { useEffect, useState } from "react";
import { isFresh } from "../model/subject.ts";

interface Props {
  channel: Channel;
  /** The key of the channel's item that has the picture. */
  itemKey?: string;
  object: StoredObject | undefined;
  title: string;
  /** It stands beside the title: then it says nothing of its own, and is loaded when it comes into sight. */
  isDecoration?: boolean;
}

/** The subject's picture, in a place that is kept for it. */
export function Avatar({ object, ...props }: Props) {
  const { title, isDecoration } = props;
  const [shown, setShown] = useState<string>();
  const isShown = object !== undefined && shown === object.key;
  const initial = [...title][0]?.toUpperCase();
  return (
    <span
      className="avatar"
      {...{ [isDecoration ? "data-picture" : "data-avatar"]: isShown ? "shown" : "none" }}
    >
      {object === undefined ? (
        <Initial letter={initial} />
      ) : (
        <Picture key={object.key} object={object} {...props} onLoad={() => setShown(object.key)} />
      )}
    </span>
  );
}

const Initial = ({ letter }: { letter: string | undefined }) => (
  <span className="avatar-initial" aria-hidden="true">
    {letter}
  </span>
);

/** Shows the URL that came with the item; when that is old or does not load, asks once for a fresh one. */
function Picture({
  channel,
  itemKey = "avatar",
  object,
  title,
  isDecoration = false,
  onLoad,
}: Props & { object: StoredObject; onLoad: () => void }) {
  const client = useCallboard();
  const [url, setUrl] = useState(() => (isFresh(object, client.now()) ? object.url : undefined));
  const [asked, setAsked] = useState(false);

  useEffect(() => {
    if (url !== undefined || asked) return;
    let current = true;
    client.resolve(`${channel}#${itemKey}`).then(
      (fresh) => {
        if (!current) return;
        setAsked(true);
        setUrl(fresh.url);
      },
      () => current && setAsked(true),
    );
    return () => {
      current = false;
    };
  }, [client, channel, itemKey, url, asked]);

  if (url === undefined) return <Initial letter={[...title][0]?.toUpperCase()} />;
  return (
    <img
      src={url}
      alt={isDecoration ? "" : `Drawn for “${title}”`}
      loading={isDecoration ? "lazy" : "eager"}
      onLoad={onLoad}
      onError={() => setUrl(undefined)}
    />
  );
}
