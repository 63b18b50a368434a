import type { Channel } from "@callboard/client";
import { useCallboard } from "@callboard/client/react";
import type { StoredObject } from "@callboard/protocol";
import { useEffect, useState } from "react";
import { isFresh } from "../model/subject.ts";

/** The subject's picture, in a place that is kept for it. */
export function Avatar({
  channel,
  object,
  title,
}: {
  channel: Channel;
  object: StoredObject | undefined;
  title: string;
}) {
  const [shown, setShown] = useState<string>();
  const initial = [...title][0]?.toUpperCase();
  return (
    <div className="avatar" data-avatar={object !== undefined && shown === object.key ? "shown" : "none"}>
      {object === undefined ? (
        <Initial letter={initial} />
      ) : (
        <Picture
          key={object.key}
          channel={channel}
          object={object}
          title={title}
          onLoad={() => setShown(object.key)}
        />
      )}
    </div>
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
  object,
  title,
  onLoad,
}: {
  channel: Channel;
  object: StoredObject;
  title: string;
  onLoad: () => void;
}) {
  const client = useCallboard();
  const [url, setUrl] = useState(() => (isFresh(object, client.now()) ? object.url : undefined));
  const [asked, setAsked] = useState(false);

  useEffect(() => {
    if (url !== undefined || asked) return;
    let current = true;
    client.resolve(`${channel}#avatar`).then(
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
  }, [client, channel, url, asked]);

  if (url === undefined) return <Initial letter={[...title][0]?.toUpperCase()} />;
  return <img src={url} alt={`Drawn for “${title}”`} onLoad={onLoad} onError={() => setUrl(undefined)} />;
}
