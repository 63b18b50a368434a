import { useEffect, useRef, useState } from "react";
import type { ApiError } from "../videos/api-error.ts";
import type { StartFiles, StartProgress } from "../videos/start-video.ts";
import type { ApiResult, VideosApi } from "../videos/videos-api.ts";
import { useWords } from "../words/use-words.ts";

/** One start at a time, with its progress and its error. */
export interface Start {
  progress: StartProgress | undefined;
  error: ApiError | undefined;
  /** Returns whether it was started. */
  upload: (files: StartFiles, timeoutSeconds: number) => Promise<boolean>;
  /** In the language of the page. */
  playSample: (timeoutSeconds?: number) => Promise<boolean>;
  cancel: () => void;
  /** Removes the last error. */
  forget: () => void;
}

/** How many seconds a started workflow waits for its answer by default. */
export const USUAL_WAIT_SECONDS = 600;

/** Loaded only by those who start a video. */
type Code = typeof import("../videos/start-video.ts");

const unreachable = { ok: false, error: { code: "unreachable" } } as const;

/** Starts videos; without a video application it starts none. */
export function useStart(api: VideosApi | undefined, onStarted: (subject: string) => void): Start {
  const { lang } = useWords();
  const [progress, setProgress] = useState<StartProgress>();
  const [error, setError] = useState<ApiError>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function run(
    begin: (code: Code, api: VideosApi, signal: AbortSignal) => Promise<ApiResult<{ subject: string }>>,
  ): Promise<boolean> {
    if (running.current || !api) return false;
    const controller = new AbortController();
    running.current = controller;
    setError(undefined);
    const code = await import("../videos/start-video.ts").catch(() => undefined);
    const result = code ? await begin(code, api, controller.signal) : unreachable;
    running.current = undefined;
    setProgress(undefined);
    if (result.ok) onStarted(result.value.subject);
    else if (result.error.code !== "cancelled") setError(result.error);
    return result.ok;
  }

  return {
    progress,
    error,
    upload: (files, timeoutSeconds) =>
      run(({ startVideo }, api, signal) => startVideo(api, files, timeoutSeconds, setProgress, signal)),
    playSample: (timeoutSeconds = USUAL_WAIT_SECONDS) =>
      run(({ again }, api) => {
        setProgress({ phase: "starting" });
        const uploadId = api.newUploadId();
        return again(() => api.playSample(timeoutSeconds, uploadId, lang));
      }),
    cancel: () => running.current?.abort(),
    forget: () => setError(undefined),
  };
}
