import { useEffect, useState } from "react";

/** A URL of a text that the page holds itself; given back when the text changes. */
export function useObjectUrl(text: string | undefined, mediaType: string): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (text === undefined) return setUrl(undefined);
    const made = URL.createObjectURL(new Blob([text], { type: mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [text, mediaType]);
  return url;
}
