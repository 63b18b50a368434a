export { createTranscribe, type Transcribe, type TranscribeOptions } from "./transcribe.ts";
