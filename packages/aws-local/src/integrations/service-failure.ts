import { TaskFailure } from "../states/integration.ts";

/**
 * The Task's failure for an error of a service: a service exception becomes `<Service>.<Exception>`, as in Step
 * Functions; any other error is returned unchanged.
 */
export function serviceFailure(service: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof TaskFailure || !isServiceException(cause)) return cause;
  const exception = cause.name.endsWith("Exception") ? cause.name : `${cause.name}Exception`;
  const status = statusOf(cause);
  return new TaskFailure(
    `${service}.${exception}`,
    `${cause.message} (Service: ${service}${status === undefined ? "" : `, Status Code: ${status}`})`,
  );
}

/** Exceptions of the SDK have `$metadata`, those of embedded services a `status`. */
function isServiceException(cause: Error): boolean {
  return cause.name.endsWith("Exception") || statusOf(cause) !== undefined || "$metadata" in cause;
}

function statusOf(cause: Error): number | undefined {
  const { status, $metadata } = cause as {
    readonly status?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: unknown };
  };
  const found = status ?? $metadata?.httpStatusCode;
  return typeof found === "number" ? found : undefined;
}
