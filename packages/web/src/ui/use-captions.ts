import type { Cue } from "@callboard/video/captions";
import { CAPTIONS_LIMIT } from "@callboard/video/upload";
import { useEffect, useState } from "react";
import { toVtt } from "../model/captions.ts";

/** The captions of a video, as far as loaded. */
export interface Captions {
  state: "none" | "loading" | "loaded" | "failed";
  cues: readonly Cue[];
  /** The captions as WebVTT, even if they were uploaded as SubRip. */
  vtt: string | undefined;
}

/** The most cues that a page draws. */
const MAX_SHOWN = 20_000;

const nothing: Captions = { state: "none", cues: [], vtt: undefined };

/** Loads captions once; the same URL with a new signature loads nothing. */
export function useCaptions(url: string | undefined): Captions {
  const [captions, setCaptions] = useState<Captions>(nothing);
  const address = url?.split("?")[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another signature of the same address is the same file
  useEffect(() => {
    if (url === undefined) return setCaptions(nothing);
    const controller = new AbortController();
    // A finished load is not aborted by that.
    const tell = (next: Captions) => controller.signal.aborted || setCaptions(next);
    setCaptions({ ...nothing, state: "loading" });
    loadCaptions(url, controller.signal).then(
      (cues) => tell({ state: "loaded", cues, vtt: cues.length === 0 ? undefined : toVtt(cues) }),
      () => tell({ ...nothing, state: "failed" }),
    );
    return () => controller.abort();
  }, [address]);
  return captions;
}

async function loadCaptions(url: string, signal: AbortSignal): Promise<Cue[]> {
  // The parser, with its table of character references, would be a quarter of the page's code.
  const [response, { readCaptions }] = await Promise.all([
    fetch(url, { signal }),
    import("@callboard/video/captions"),
  ]);
  if (!response.ok) throw new Error(`the captions answer ${response.status}`);
  const blob = await response.blob();
  if (blob.size > CAPTIONS_LIMIT) throw new Error("the captions are too large");
  const captions = readCaptions(new Uint8Array(await blob.arrayBuffer()));
  return captions.kind === "captions" ? captions.cues.slice(0, MAX_SHOWN) : [];
}
