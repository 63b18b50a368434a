/** Routes of a part of the HTTP API, by operation. A path has at most one `{…}`, which matches one segment. */
export type HttpRoutes<Operation extends string> = Readonly<
  Record<Operation, { readonly method: string; readonly path: string }>
>;

/** The route of a request; `not_found` if no route has its path, with the allowed methods if others have it. */
export type Routed<Operation extends string> =
  | { readonly outcome: "found"; readonly operation: Operation; readonly id: string }
  | { readonly outcome: "method_not_allowed"; readonly allow: readonly string[] }
  | { readonly outcome: "not_found" };

/** Finds the route of a method and a path without its query. */
export function routerOf<Operation extends string>(
  all: HttpRoutes<Operation>,
): (method: string, path: string) => Routed<Operation> {
  const routes = Object.entries<HttpRoutes<Operation>[Operation]>(all).map(
    ([operation, { method, path }]) => ({
      operation: operation as Operation,
      method,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/, "([^/]*)")}/?$`),
    }),
  );
  return (method, path) => {
    const there = routes.filter(({ pattern }) => pattern.test(path));
    const route = there.find((one) => one.method === method);
    if (route) {
      const [, id = ""] = route.pattern.exec(path) ?? [];
      return { outcome: "found", operation: route.operation, id };
    }
    return there.length > 0
      ? { outcome: "method_not_allowed", allow: there.map((one) => one.method) }
      : { outcome: "not_found" };
  };
}
