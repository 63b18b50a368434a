import { CaptionedVideo } from "../ui/captioned-video.tsx";
import { Transcript } from "../ui/transcript.tsx";
import { useCaptions } from "../ui/use-captions.ts";
import { useSignedUrl } from "../ui/use-signed-url.ts";
import { useWords } from "../words/use-words.ts";
import type { Watched } from "./use-watched.ts";

/** The released video, with its captions; empty before the release. */
export function ReleasedVideo({
  watched,
  hasTranscript = true,
}: {
  watched: Watched;
  hasTranscript?: boolean;
}) {
  const { channel, media, captions } = watched;
  const words = useWords().viewer;
  const video = useSignedUrl(channel, "media", media?.object);
  const said = useSignedUrl(channel, "captions", captions);
  const text = useCaptions(said.url);
  if (media === undefined) return null;
  return (
    <section
      className="released"
      aria-label={words.video}
      data-media={video.url === undefined ? "none" : "shown"}
    >
      <div className="screen">
        {video.url !== undefined && (
          <CaptionedVideo src={video.url} attempt={video.attempt} vtt={text.vtt} onError={video.renew} />
        )}
        {video.failed ? (
          <div className="screen-note" role="alert">
            <p>{words.videoGone}</p>
            <button type="button" className="button" onClick={video.retry}>
              {words.tryAgain}
            </button>
          </div>
        ) : (
          video.url === undefined && <p className="screen-note">{words.videoLoading}</p>
        )}
      </div>
      {hasTranscript && <Transcript captions={text} open={false} />}
    </section>
  );
}
