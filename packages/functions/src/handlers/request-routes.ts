/** The routes of the HTTP API, by the names of their operations; `{id}` is a request's id. */
export const requestRoutes = {
  listRequests: { method: "GET", path: "/requests" },
  viewRequest: { method: "GET", path: "/requests/{id}" },
  findPeople: { method: "GET", path: "/people" },
  replyToRequest: { method: "POST", path: "/requests/{id}/replies" },
} as const;

export type RequestOperation = keyof typeof requestRoutes;

/** Where a request goes; `not_found` when no route has that path, with the methods it takes when another has. */
export type Routed =
  | { readonly outcome: "found"; readonly operation: RequestOperation; readonly id: string }
  | { readonly outcome: "method_not_allowed"; readonly allow: readonly string[] }
  | { readonly outcome: "not_found" };

const routes = Object.entries(requestRoutes).map(([operation, { method, path }]) => ({
  operation: operation as RequestOperation,
  method: method as string,
  pattern: new RegExp(`^${path.replace("{id}", "([^/]*)")}/?$`),
}));

/** Chooses the route of a method and a path without its query. */
export function routeRequest(method: string, path: string): Routed {
  const there = routes.filter(({ pattern }) => pattern.test(path));
  const route = there.find((one) => one.method === method);
  if (route) {
    const [, id = ""] = route.pattern.exec(path) ?? [];
    return { outcome: "found", operation: route.operation, id };
  }
  return there.length > 0
    ? { outcome: "method_not_allowed", allow: there.map((one) => one.method) }
    : { outcome: "not_found" };
}
