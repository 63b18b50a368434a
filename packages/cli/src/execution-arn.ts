const arnForm = /^arn:[\w-]+:states:[\w-]+:\d{12}:execution:[^:\s]{1,80}:[^:\s]{1,80}$/;
const nameForm = /^[^:/\s]{1,80}$/;

/**
 * The ARN of an execution that somebody names: by its ARN, or on one machine by its name, which is the video's id.
 * Undefined when it is neither.
 */
export function executionArnOf(given: string, local: boolean): string | undefined {
  if (arnForm.test(given)) return given;
  if (!local || !nameForm.test(given)) return undefined;
  return `arn:aws:states:us-east-1:000000000000:execution:post-processing:${given}`;
}
