/** Where the files of a video stand in the deployment's bucket; the state machine spells the same keys. */
export const keys = {
  /** Everything uploaded for the video or made from it while preparing. */
  folder: (videoId: string) => `videos/${videoId}/`,
  video: (videoId: string) => `videos/${videoId}/video.mp4`,
  captions: (videoId: string, format: "vtt" | "srt") => `videos/${videoId}/captions.${format}`,
  /** Who may start the processing, and what the uploaded files were called. */
  manifest: (videoId: string) => `videos/${videoId}/upload.json`,
};
