import { Pool } from "undici";

/** Puts events of one type with as little processor time as possible, so that the service is measured. */
export interface EventsPut {
  /** Puts one event a call; rejects when it was not accepted. */
  put(type: string, detail: object): Promise<void>;
  close(): Promise<void>;
}

const CONNECTIONS = 64;

/** A producer at the AWS endpoint of a service on this machine, which checks no signatures. */
export function eventsAt(endpoint: string): EventsPut {
  const pool = new Pool(endpoint, { connections: CONNECTIONS });
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutEvents" };
  return {
    async put(DetailType, detail) {
      const entry = {
        EventBusName: "callboard",
        Source: "bench",
        DetailType,
        Detail: JSON.stringify(detail),
      };
      const body = JSON.stringify({ Entries: [entry] });
      const answer = await pool.request({ method: "POST", path: "/", headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes('"FailedEntryCount":0'))
        throw new Error(`an event was not accepted: ${answer.statusCode} ${text.slice(0, 200)}`);
    },
    close: () => pool.close(),
  };
}
