/** Whether a DynamoDB answers at an endpoint: any HTTP answer below 500 counts, an unsigned request gets a 400. */
export async function answers(endpoint: string, waitMs: number): Promise<boolean> {
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
      },
      body: "{}",
      redirect: "manual",
      signal: AbortSignal.timeout(waitMs),
    });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
