/** Stands in for Translate. */
export const handler = async ({ ClientToken }) => ({ JobId: `job-${ClientToken}`, JobStatus: "SUBMITTED" });
