import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  InvalidDefinition,
  InvalidExecutionInput,
  SFNClient,
  TestStateCommand,
  type TestStateCommandInput,
  ValidationException,
} from "@aws-sdk/client-sfn";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../clock/clock.ts";
import { createEndpoint } from "../../endpoint/index.ts";
import { httpTasks } from "../../integrations/index.ts";
import { memoryStore } from "../../store/index.ts";
import { roleArn } from "../../testing/one-state.ts";
import { createStates } from "../states.ts";

const ConnectionArn = "arn:aws:events:us-east-1:000000000000:connection/c/1";

/** The real SDK, which is set to leave the endpoint's name unchanged. */
async function connect() {
  const states = createStates({
    clock: systemClock,
    store: memoryStore(),
    integrations: httpTasks({
      fetch,
      connectionOf: (arn) =>
        arn === ConnectionArn ? { headers: { Authorization: "Basic secret" } } : undefined,
    }),
  });
  const endpoint = await createEndpoint({ port: 0, services: [states] });
  const client = new SFNClient({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await endpoint.close();
    await states.close();
  });
  const send = (input: TestStateCommandInput) => client.send(new TestStateCommand(input));
  return { send, port: endpoint.port };
}

const pass = JSON.stringify({ Type: "Pass", Assign: { n: 1 }, Next: "On" });

it("answers the SDK", async () => {
  const { send } = await connect();
  const { $metadata, ...answer } = await send({
    definition: pass,
    input: '{"a": 1}',
    inspectionLevel: "DEBUG",
  });
  expect(answer).toEqual({
    status: "SUCCEEDED",
    output: '{"a":1}',
    nextState: "On",
    inspectionData: {
      input: '{"a": 1}',
      afterInputPath: '{"a":1}',
      afterParameters: '{"a":1}',
      afterResultSelector: '{"a":1}',
      afterResultPath: '{"a":1}',
      variables: '{"n":1}',
    },
  });
});

it("answers under the name that SDKs put before the endpoint's", async () => {
  const { port } = await connect();
  const answer = await new Promise<string>((done, fail) => {
    const call = request(
      {
        host: "127.0.0.1",
        port,
        method: "POST",
        headers: {
          host: `sync-127.0.0.1:${port}`,
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "AWSStepFunctions.TestState",
        },
      },
      (response) => void text(response).then(done, fail),
    );
    call.on("error", fail);
    call.end(JSON.stringify({ definition: pass }));
  });
  expect(JSON.parse(answer)).toEqual({ status: "SUCCEEDED", output: "{}", nextState: "On" });
});

it("refuses with the exceptions that the SDK knows", async () => {
  const { send } = await connect();
  await expect(send({ definition: "{" })).rejects.toBeInstanceOf(InvalidDefinition);
  await expect(send({ definition: pass, input: "{" })).rejects.toBeInstanceOf(InvalidExecutionInput);
  await expect(send({ definition: pass, mock: { result: "1" } })).rejects.toBeInstanceOf(ValidationException);
});

it("shows at the level TRACE what an HTTP Task sends and gets, and its secrets with revealSecrets", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", date: "today" });
    response.end('{"args":[]}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/get`;
  const { send } = await connect();
  const definition = JSON.stringify({
    Type: "Task",
    Resource: "arn:aws:states:::http:invoke",
    Parameters: {
      Method: "GET",
      Authentication: { ConnectionArn },
      ApiEndpoint: address,
      Headers: { definitionHeader: "h1" },
      QueryParameters: { queryParam: "q1" },
    },
    ResultPath: null,
    End: true,
  });
  const shown = await send({ definition, roleArn, inspectionLevel: "TRACE" });
  expect(shown.inspectionData).toMatchObject({
    request: {
      protocol: "http",
      method: "GET",
      url: `${address}?queryParam=q1`,
      headers: "[definitionheader: h1, user-agent: Amazon|StepFunctions|HttpInvoke|local]",
    },
    response: {
      protocol: "http",
      statusCode: "200",
      statusMessage: "OK",
      headers: expect.stringContaining("content-type: application/json"),
      body: '{"args":[]}',
    },
  });
  expect(JSON.stringify(shown)).not.toContain("secret");
  const revealed = await send({ definition, roleArn, inspectionLevel: "TRACE", revealSecrets: true });
  expect(revealed.inspectionData?.request?.headers).toContain("authorization: Basic secret");
  const debug = await send({ definition, roleArn, inspectionLevel: "DEBUG", revealSecrets: true });
  expect(debug.inspectionData).not.toHaveProperty("request");
});
