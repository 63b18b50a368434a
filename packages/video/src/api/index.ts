export { s3Intake } from "../files/s3-intake.ts";
export { prepareVideo, UPLOADS_AN_HOUR } from "./prepare.ts";
export { startVideo } from "./start.ts";
export { createVideos } from "./videos.ts";
