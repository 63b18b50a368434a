import { type AnyBus, withoutTokens } from "./bus.ts";
import { longestName, type Names } from "./names.ts";

/** The panes of `sst dev` besides the functions: the pages have their own; this one follows the bus. */
export function devPanes({ stageName }: Names, own: AnyBus): void {
  if (!$dev) return;
  const name = `/aws/events/${stageName(longestName.bus)}`;
  const log = new aws.cloudwatch.LogGroup("BusLog", { name, retentionInDays: 1 });
  new aws.cloudwatch.LogResourcePolicy("BusLogPolicy", {
    policyName: stageName(longestName.bus, "bus"),
    policyDocument: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          principals: [
            { type: "Service", identifiers: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
          ],
          resources: [$interpolate`${log.arn}:*`],
        },
      ],
    }).json,
  });
  const rule = new aws.cloudwatch.EventRule("BusTail", {
    eventBusName: own.name,
    eventPattern: withoutTokens,
  });
  new aws.cloudwatch.EventTarget("BusTailTarget", { rule: rule.name, eventBusName: own.name, arn: log.arn });
  new sst.x.DevCommand("Bus", {
    // The stage's Region may differ from the developer's default.
    environment: { AWS_REGION: aws.getRegionOutput().region },
    dev: { title: "Bus", command: `npx tsx scripts/tail-bus.ts ${name}` },
  });
}
