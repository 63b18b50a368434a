import type { Resource } from "../../scripts/synth/resource.ts";

/** What a deployment calls for a resource: to create, to read, to delete it. */
interface Asked {
  readonly actions: readonly string[];
  readonly arn: (resource: Resource, name: string) => string;
}

const [region, account] = ["us-east-1", "123456789012"];
const of = (service: string, rest: (name: string) => string) => (_: Resource, name: string) =>
  `arn:aws:${service}:${region}:${account}:${rest(name)}`;
const anything = () => "*";
const verbs = (service: string, ...names: string[]) => names.map((name) => `${service}:${name}`);

const functionsArn = ({ inputs }: Resource) =>
  `arn:aws:lambda:${region}:${account}:function:${String(inputs.function ?? inputs.functionName)
    .split(":")
    .at(-1)}`;
const bucketArn = ({ inputs }: Resource) => `arn:aws:s3:::${inputs.bucket}`;
const apis = () => `arn:aws:apigateway:${region}::/apis/abc`;
const ruleArn = ({ inputs }: Resource, name: string) => {
  const bus = String(inputs.eventBusName ?? "default");
  return `arn:aws:events:${region}:${account}:rule/${bus === "default" ? name : `${bus}/${name}`}`;
};
const configurationSet = ({ inputs }: Resource) =>
  `arn:aws:ses:${region}:${account}:configuration-set/${inputs.configurationSetName}`;
const pool = of("cognito-idp", () => `userpool/${region}_abc`);

/** By the type of the resource; AWS's names of actions are in https://docs.aws.amazon.com/service-authorization/latest/reference/. */
export const asked: Readonly<Record<string, Asked>> = {
  "aws:apigateway/account:Account": {
    actions: ["apigateway:PATCH", "apigateway:GET"],
    arn: () => `arn:aws:apigateway:${region}::/account`,
  },
  "aws:apigatewayv2/api:Api": {
    actions: ["apigateway:POST", "apigateway:GET", "apigateway:DELETE"],
    arn: apis,
  },
  "aws:apigatewayv2/authorizer:Authorizer": { actions: ["apigateway:POST", "apigateway:DELETE"], arn: apis },
  "aws:apigatewayv2/integration:Integration": {
    actions: ["apigateway:POST", "apigateway:DELETE"],
    arn: apis,
  },
  "aws:apigatewayv2/route:Route": { actions: ["apigateway:POST", "apigateway:DELETE"], arn: apis },
  "aws:apigatewayv2/routeResponse:RouteResponse": { actions: ["apigateway:POST"], arn: apis },
  "aws:apigatewayv2/stage:Stage": { actions: ["apigateway:POST", "apigateway:PATCH"], arn: apis },
  "aws:cloudfront/distribution:Distribution": {
    actions: verbs(
      "cloudfront",
      "CreateDistributionWithTags",
      "GetDistribution",
      "UpdateDistribution",
      "DeleteDistribution",
    ),
    arn: anything,
  },
  "aws:cloudfront/function:Function": {
    actions: verbs("cloudfront", "CreateFunction", "DescribeFunction", "PublishFunction", "DeleteFunction"),
    arn: anything,
  },
  "aws:cloudfront/keyValueStore:KeyValueStore": {
    actions: verbs("cloudfront", "CreateKeyValueStore", "DescribeKeyValueStore", "DeleteKeyValueStore"),
    arn: anything,
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    actions: verbs("cloudfront", "CreateOriginAccessControl", "DeleteOriginAccessControl"),
    arn: anything,
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    actions: verbs("cloudfront", "CreateResponseHeadersPolicy", "DeleteResponseHeadersPolicy"),
    arn: anything,
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    actions: verbs("cloudwatch", "PutDashboard", "GetDashboard", "DeleteDashboards"),
    arn: (_, name) => `arn:aws:cloudwatch::${account}:dashboard/${name}`,
  },
  "aws:cloudwatch/eventArchive:EventArchive": {
    actions: verbs("events", "CreateArchive", "DescribeArchive", "DeleteArchive"),
    arn: of("events", (name) => `archive/${name}`),
  },
  "aws:cloudwatch/eventBus:EventBus": {
    actions: verbs("events", "CreateEventBus", "DescribeEventBus", "DeleteEventBus", "TagResource"),
    arn: of("events", (name) => `event-bus/${name}`),
  },
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {
    actions: verbs("events", "PutPermission", "RemovePermission"),
    arn: ({ inputs }) => `arn:aws:events:${region}:${account}:event-bus/${inputs.eventBusName}`,
  },
  "aws:cloudwatch/eventConnection:EventConnection": {
    actions: verbs("events", "CreateConnection", "DescribeConnection", "DeleteConnection"),
    arn: of("events", (name) => `connection/${name}/abc`),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    actions: verbs("events", "PutRule", "DescribeRule", "DeleteRule", "TagResource"),
    arn: ruleArn,
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    actions: verbs("events", "PutTargets", "ListTargetsByRule", "RemoveTargets"),
    arn: (resource) => ruleArn(resource, String(resource.inputs.rule)),
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    actions: verbs("logs", "CreateLogGroup", "PutRetentionPolicy", "DeleteLogGroup", "TagResource"),
    arn: of("logs", (name) => `log-group:${name}`),
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    actions: verbs("logs", "PutMetricFilter", "DescribeMetricFilters", "DeleteMetricFilter"),
    arn: ({ inputs }) => `arn:aws:logs:${region}:${account}:log-group:${inputs.logGroupName}`,
  },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
    actions: verbs("logs", "PutResourcePolicy", "DeleteResourcePolicy"),
    arn: anything,
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    actions: verbs("cloudwatch", "PutMetricAlarm", "DescribeAlarms", "DeleteAlarms"),
    arn: of("cloudwatch", (name) => `alarm:${name}`),
  },
  "aws:cognito/userPool:UserPool": {
    actions: verbs("cognito-idp", "CreateUserPool", "DescribeUserPool", "DeleteUserPool"),
    arn: pool,
  },
  "aws:cognito/userPoolClient:UserPoolClient": {
    actions: verbs("cognito-idp", "CreateUserPoolClient", "DeleteUserPoolClient"),
    arn: pool,
  },
  "aws:cognito/userPoolDomain:UserPoolDomain": {
    actions: verbs("cognito-idp", "CreateUserPoolDomain", "DeleteUserPoolDomain"),
    arn: pool,
  },
  "aws:cognito/userGroup:UserGroup": {
    actions: verbs("cognito-idp", "CreateGroup", "DeleteGroup"),
    arn: pool,
  },
  "aws:dynamodb/table:Table": {
    actions: verbs(
      "dynamodb",
      "CreateTable",
      "DescribeTable",
      "UpdateTimeToLive",
      "UpdateContinuousBackups",
      "DeleteTable",
    ),
    arn: of("dynamodb", (name) => `table/${name}`),
  },
  "aws:dynamodb/tableItem:TableItem": {
    actions: ["dynamodb:PutItem", "dynamodb:GetItem"],
    arn: ({ inputs }) => `arn:aws:dynamodb:${region}:${account}:table/${inputs.tableName}`,
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    actions: verbs(
      "ec2",
      "DescribeSecurityGroups",
      "AuthorizeSecurityGroupEgress",
      "RevokeSecurityGroupIngress",
    ),
    arn: anything,
  },
  "aws:ec2/internetGateway:InternetGateway": {
    actions: verbs("ec2", "CreateInternetGateway", "AttachInternetGateway", "DeleteInternetGateway"),
    arn: anything,
  },
  "aws:ec2/routeTable:RouteTable": {
    actions: verbs("ec2", "CreateRouteTable", "CreateRoute", "DeleteRouteTable"),
    arn: anything,
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    actions: verbs("ec2", "AssociateRouteTable", "DisassociateRouteTable"),
    arn: anything,
  },
  "aws:ec2/subnet:Subnet": { actions: verbs("ec2", "CreateSubnet", "DeleteSubnet"), arn: anything },
  "aws:ec2/vpc:Vpc": { actions: verbs("ec2", "CreateVpc", "ModifyVpcAttribute", "DeleteVpc"), arn: anything },
  "aws:ecs/cluster:Cluster": {
    actions: verbs("ecs", "CreateCluster", "DescribeClusters", "DeleteCluster"),
    arn: of("ecs", (name) => `cluster/${name}`),
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
    actions: ["ecs:PutClusterCapacityProviders"],
    arn: ({ inputs }) => `arn:aws:ecs:${region}:${account}:cluster/${inputs.clusterName}`,
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    actions: verbs("ecs", "RegisterTaskDefinition", "DescribeTaskDefinition", "DeregisterTaskDefinition"),
    arn: of("ecs", (name) => `task-definition/${name}:1`),
  },
  "aws:iam/role:Role": {
    actions: verbs(
      "iam",
      "CreateRole",
      "GetRole",
      "PutRolePolicy",
      "AttachRolePolicy",
      "DeleteRole",
      "PassRole",
    ),
    arn: (_, name) => `arn:aws:iam::${account}:role/${name}`,
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    actions: verbs("lambda", "CreateEventSourceMapping", "GetEventSourceMapping", "DeleteEventSourceMapping"),
    arn: of("lambda", () => "event-source-mapping:abc"),
  },
  "aws:lambda/function:Function": {
    actions: verbs("lambda", "CreateFunction", "GetFunction", "UpdateFunctionCode", "DeleteFunction"),
    arn: of("lambda", (name) => `function:${name}`),
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    actions: ["lambda:PutFunctionEventInvokeConfig"],
    arn: functionsArn,
  },
  "aws:lambda/permission:Permission": {
    actions: ["lambda:AddPermission", "lambda:RemovePermission"],
    arn: functionsArn,
  },
  "aws:s3/bucket:Bucket": {
    actions: verbs("s3", "CreateBucket", "GetBucketLocation", "DeleteBucket"),
    arn: bucketArn,
  },
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": { actions: ["s3:PutBucketCORS"], arn: bucketArn },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    actions: ["s3:PutLifecycleConfiguration"],
    arn: bucketArn,
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    actions: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
    arn: (resource) => `${bucketArn(resource)}/key`,
  },
  "aws:s3/bucketPolicy:BucketPolicy": { actions: ["s3:PutBucketPolicy"], arn: bucketArn },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    actions: ["s3:PutBucketPublicAccessBlock"],
    arn: bucketArn,
  },
  "aws:s3/bucketVersioning:BucketVersioning": { actions: ["s3:PutBucketVersioning"], arn: bucketArn },
  "aws:scheduler/schedule:Schedule": {
    actions: verbs("scheduler", "CreateSchedule", "GetSchedule", "DeleteSchedule"),
    arn: of("scheduler", (name) => `schedule/default/${name}`),
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    actions: [
      ...verbs("servicediscovery", "CreatePrivateDnsNamespace", "GetOperation", "DeleteNamespace"),
      ...verbs("route53", "CreateHostedZone", "DeleteHostedZone"),
    ],
    arn: anything,
  },
  "aws:sesv2/configurationSet:ConfigurationSet": {
    actions: verbs(
      "ses",
      "CreateConfigurationSet",
      "GetConfigurationSet",
      "DeleteConfigurationSet",
      "ListTagsForResource",
      "TagResource",
    ),
    arn: configurationSet,
  },
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {
    actions: verbs(
      "ses",
      "CreateConfigurationSetEventDestination",
      "GetConfigurationSetEventDestinations",
      "UpdateConfigurationSetEventDestination",
      "DeleteConfigurationSetEventDestination",
    ),
    arn: configurationSet,
  },
  "aws:sfn/stateMachine:StateMachine": {
    actions: verbs(
      "states",
      "CreateStateMachine",
      "DescribeStateMachine",
      "UpdateStateMachine",
      "DeleteStateMachine",
    ),
    arn: of("states", (name) => `stateMachine:${name}`),
  },
  "aws:sns/topic:Topic": {
    actions: verbs("sns", "CreateTopic", "GetTopicAttributes", "DeleteTopic"),
    arn: of("sns", (name) => name),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    actions: ["sns:Subscribe", "sns:Unsubscribe"],
    arn: ({ inputs }) => `${String(inputs.topic).replace(/:(\w+)$/, ":$1-1a2b3c4")}`,
  },
  "aws:sqs/queue:Queue": {
    actions: verbs("sqs", "CreateQueue", "GetQueueAttributes", "DeleteQueue"),
    arn: of("sqs", (name) => name),
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    actions: ["sqs:SetQueueAttributes"],
    arn: ({ inputs }) =>
      `arn:aws:sqs:${region}:${account}:${String(inputs.queueUrl).split("/").at(-1)}-1a2b3c4`,
  },
  // The provider reads a parameter's properties through the list of all parameters.
  "aws:ssm/parameter:Parameter": {
    actions: verbs(
      "ssm",
      "PutParameter",
      "GetParameter",
      "DescribeParameters",
      "DeleteParameter",
      "AddTagsToResource",
      "ListTagsForResource",
    ),
    arn: of("ssm", (name) => `parameter/${name}`),
  },
  "docker-build:index:Image": {
    actions: verbs("ecr", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"),
    arn: of("ecr", () => "repository/sst-asset"),
  },
};

/** Resources that are created on the deploying machine, and need no other calls. */
export const local = /^(command|random|pulumi-nodejs):/;

/** A resource's name in the account: Pulumi adds to the logical name if no name is set. */
export const nameOf = ({ name, inputs }: Resource): string =>
  String(inputs.name ?? inputs.bucket ?? inputs.dashboardName ?? inputs.family ?? `${name}-1a2b3c4`);
