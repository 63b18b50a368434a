import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { Integrations } from "../states/integration.ts";
import { awsSdk } from "./aws-sdk.ts";

const MAX_METRICS = 1000;
const MAX_NAME_LENGTH = 255;

/**
 * `arn:aws:states:::aws-sdk:cloudwatch:putMetricData`. Metrics are checked as CloudWatch checks them, and then dropped:
 * they are stored nowhere. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
export function cloudwatchTasks(): Integrations {
  return awsSdk("cloudwatch", "CloudWatch", {
    async putMetricData({ Namespace, MetricData }) {
      if (!isName(Namespace)) throw missing("Namespace");
      if (!Array.isArray(MetricData) || MetricData.length === 0) throw missing("MetricData");
      if (MetricData.length > MAX_METRICS)
        throw invalid(`MetricData must have at most ${MAX_METRICS} members.`);
      for (const [nth, metric] of MetricData.entries()) checkMetric(metric, `MetricData.member.${nth + 1}`);
      return {};
    },
  });
}

function checkMetric(metric: unknown, at: string): void {
  if (!isObject(metric) || !isName(metric.MetricName)) throw missing(`${at}.MetricName`);
  const given = [metric.Value, metric.Values, metric.StatisticValues].filter((value) => value !== undefined);
  if (given.length !== 1) throw invalid(`${at} must have one of Value, Values and StatisticValues.`);
  if (metric.Value !== undefined && !Number.isFinite(metric.Value))
    throw invalid(`${at}.Value must be a number.`);
}

const isName = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && value.length <= MAX_NAME_LENGTH;

const missing = (field: string): AwsError =>
  new AwsError("MissingParameterException", `The parameter ${field} is required.`);

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", message);
