import {
  HistoryEntry,
  HistoryId,
  HttpError,
  PeopleFound,
  PreparedVideo,
  StartedVideo,
  VideoList,
  VideoSubject,
  videoRoutes,
} from "@callboard/protocol";

/**
 * The HTTP calls of pages, with the schemas of their answers. Import it at the first call: a page needs the
 * schema library only then.
 */
export const videoCalls = {
  list: { ...videoRoutes.listVideos, answer: VideoList },
  prepare: { ...videoRoutes.prepareVideo, answer: PreparedVideo },
  start: { ...videoRoutes.startVideo, answer: StartedVideo },
  playSample: { ...videoRoutes.playSample, answer: StartedVideo },
  stop: { ...videoRoutes.stopVideo, answer: VideoSubject },
  retry: { ...videoRoutes.retryVideo, answer: VideoSubject },
} as const;

export { HistoryEntry, HistoryId, HttpError, PeopleFound };
