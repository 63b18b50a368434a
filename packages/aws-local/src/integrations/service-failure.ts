import { TaskFailure } from "../states/integration.ts";

/**
 * The Task's failure for what a service's function threw: a service exception becomes `<Service>.<Exception>`, as
 * Step Functions names it; anything else is returned as it is.
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

/** The SDK's exceptions carry `$metadata`, the embedded services' a `status`. */
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
