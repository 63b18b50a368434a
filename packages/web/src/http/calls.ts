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
 * The calls of the HTTP API that pages make, with the schemas of their answers. Whoever calls imports it then: until
 * something is asked for over HTTP a page has no need of the schema library.
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
