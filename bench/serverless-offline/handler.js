/** Admits everybody, and answers anything with the connection's id. */
export const socket = async ({ requestContext }) => ({ statusCode: 200, body: requestContext.connectionId });
