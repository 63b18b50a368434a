import { useConnection } from "@callboard/client/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiError, linkExpired } from "../videos/api-error.ts";
import type { Video, VideosApi } from "../videos/videos-api.ts";

/** The list of videos, as far as known. */
export interface Videos {
  /** Undefined until the first answer. */
  list: readonly Video[] | undefined;
  error: ApiError | undefined;
  refresh: () => void;
}

/**
 * Loads the list of the reader's videos at first, after every change of the connection, when the page becomes
 * visible again, and on request. It stays empty without a video application.
 */
export function useVideos(api: VideosApi | undefined): Videos {
  const [state, setState] = useState<Pick<Videos, "list" | "error">>({ list: undefined, error: undefined });
  const latest = useRef(0);
  const refresh = useCallback(() => {
    const mine = ++latest.current;
    if (!api) return setState({ list: [], error: undefined });
    void api.list().then((result) => {
      if (mine !== latest.current) return;
      if (result.ok) setState({ list: result.value, error: undefined });
      else setState((before) => ({ list: before.list, error: result.error }));
    });
  }, [api]);
  const connection = useConnection();
  const connected = connection.state === "connected";
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was missed while away is caught up with the connection
  useEffect(refresh, [refresh, connected]);
  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === "visible") refresh();
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, [refresh]);
  // A browser hides the gateway's own refusals from the page; the connection detects a refused token.
  const isRefused = connection.state === "waiting" && connection.reason === "unauthorized";
  const error = state.error?.code === "unreachable" && isRefused ? linkExpired : state.error;
  return { list: state.list, error, refresh };
}
