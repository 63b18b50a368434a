export const executionArn = "arn:aws:states:eu-central-1:123456789012:execution:post-processing:e1";

/** The event with which EventBridge invokes a function. */
export const busEvent = (source: string, detailType: string, detail: object, resources: string[] = []) => ({
  version: "0",
  id: "7bf73129-1428-4cd3-a780-95db273d1602",
  "detail-type": detailType,
  source,
  account: "123456789012",
  time: "2026-01-01T00:00:01Z",
  region: "eu-central-1",
  resources,
  detail,
});
