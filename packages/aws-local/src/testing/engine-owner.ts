import { startDynamodb } from "../dynamodb/dynamodb.ts";

// A process for tests to kill: owns an engine in the directory it is given and prints the endpoint.
const { endpoint } = await startDynamodb({ directory: process.argv[2] });
console.log(endpoint);
setInterval(() => {}, 60_000);
