/** A route by its key, `GET /pets/{id}`, `ANY /pets/{proxy+}` or `$default`. */
export interface Keyed {
  readonly key: string;
}

/** The route of a request, and the values of its path's variables. */
export interface Selected<R> {
  readonly route: R;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * How specific a match is: in full, with a greedy variable, or the default route; by its method, or for any; with fewer
 * variables; with more literal segments.
 */
type Rank = readonly [match: number, anyMethod: number, variables: number, lessPath: number];

/**
 * Selects a route as API Gateway does: the most specific match of method and path, else `$default`; undefined: none.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 */
export function selectRoute<R extends Keyed>(
  routes: readonly R[],
  method: string,
  path: string,
): Selected<R> | undefined {
  const fitting = routes.flatMap((route) => {
    const fit = fitOf(route.key, method, path);
    return fit ? [{ route, ...fit }] : [];
  });
  const [best] = fitting.sort((a, b) => compare(a.rank, b.rank));
  return best && { route: best.route, pathParameters: best.pathParameters };
}

function fitOf(key: string, method: string, path: string) {
  if (key === "$default") return { rank: [2, 1, 0, 0] as Rank, pathParameters: undefined };
  const [wanted = "", template = ""] = key.split(" ");
  if (wanted !== method && wanted !== "ANY") return undefined;
  const names = [...template.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name!);
  const pattern = template
    .replace(/[.*?^$()|[\]\\]/g, "\\$&")
    .replace(/\{\w+\+\}/g, "(.+)")
    .replace(/\{\w+\}/g, "([^/]+)");
  const found = new RegExp(`^${pattern}/?$`).exec(path);
  if (!found) return undefined;
  const isGreedy = template.includes("+}");
  return {
    rank: [Number(isGreedy), Number(wanted === "ANY"), names.length, -template.length] as Rank,
    pathParameters:
      names.length > 0 ? Object.fromEntries(names.map((name, n) => [name, found[n + 1]!])) : undefined,
  };
}

const compare = (a: Rank, b: Rank): number => {
  const at = a.findIndex((one, n) => one !== b[n]);
  return at < 0 ? 0 : a[at]! - b[at]!;
};
