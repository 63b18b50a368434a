import { useEffect, useRef, useState } from "react";
import type { ApiError } from "../videos/api-error.ts";
import { again, type StartFiles, type StartProgress, startVideo } from "../videos/start-video.ts";
import type { ApiResult, VideosApi } from "../videos/videos-api.ts";
import { useWords } from "../words/use-words.ts";

/** One start at a time, with how far it is and why it failed. */
export interface Start {
  progress: StartProgress | undefined;
  error: ApiError | undefined;
  upload: (files: StartFiles, timeoutSeconds: number) => Promise<void>;
  playSample: (timeoutSeconds: number) => Promise<void>;
  cancel: () => void;
  /** Puts the last error away. */
  forget: () => void;
}

export function useStart(api: VideosApi, onStarted: (subject: string) => void): Start {
  const { lang } = useWords();
  const [progress, setProgress] = useState<StartProgress>();
  const [error, setError] = useState<ApiError>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function run(begin: (signal: AbortSignal) => Promise<ApiResult<{ subject: string }>>) {
    if (running.current) return;
    const controller = new AbortController();
    running.current = controller;
    setError(undefined);
    const result = await begin(controller.signal);
    running.current = undefined;
    setProgress(undefined);
    if (result.ok) onStarted(result.value.subject);
    else if (result.error.code !== "cancelled") setError(result.error);
  }

  return {
    progress,
    error,
    upload: (files, timeoutSeconds) =>
      run((signal) => startVideo(api, files, timeoutSeconds, setProgress, signal)),
    playSample: (timeoutSeconds) =>
      run(() => {
        setProgress({ phase: "starting" });
        const uploadId = api.newUploadId();
        return again(() => api.playSample(timeoutSeconds, uploadId, lang));
      }),
    cancel: () => running.current?.abort(),
    forget: () => setError(undefined),
  };
}
