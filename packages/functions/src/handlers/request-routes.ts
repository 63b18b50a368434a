/** The routes of the HTTP API that are about requests, by the names of their operations; `{id}` is a request's id. */
export const requestRoutes = {
  listRequests: { method: "GET", path: "/requests" },
  viewRequest: { method: "GET", path: "/requests/{id}" },
  replyToRequest: { method: "POST", path: "/requests/{id}/replies" },
} as const;

export type RequestOperation = keyof typeof requestRoutes;
