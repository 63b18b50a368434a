export { s3Intake } from "../files/s3-intake.ts";
export { createVideos } from "./create-videos.ts";
export { prepareVideo } from "./prepare.ts";
export { type StartParts, startVideo } from "./start.ts";
