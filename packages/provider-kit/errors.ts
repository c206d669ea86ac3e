/** What a vendor answered instead of doing what was asked, in words a user can act on. */
export class ApiError extends Error {
  readonly vendor: string;
  readonly status: number;
  /** The vendor's own error code, such as `ENV_ALREADY_EXISTS` or Postmark's `603`. */
  readonly code: string | undefined;
  /** The object does not exist (any more). */
  readonly gone: boolean;
  readonly requestId: string | undefined;

  constructor(details: {
    vendor: string;
    /** `POST /v1/services`; never with query values or a body. */
    attempt: string;
    status: number;
    message: string;
    code?: string | undefined;
    gone?: boolean;
    requestId?: string | undefined;
    /** What the user should do next. */
    advice?: string | undefined;
    cause?: unknown;
  }) {
    const { vendor, attempt, status, message, code, requestId, advice } = details;
    const parts = [`${vendor} answered ${status} to ${attempt}: ${message}${code ? ` (${code})` : ""}`];
    if (requestId) parts.push(`request id ${requestId}`);
    super(`${parts.join("; ")}${advice ? `. ${advice}` : ""}`, { cause: details.cause });
    this.name = "ApiError";
    this.vendor = vendor;
    this.status = status;
    this.code = code;
    this.gone = details.gone ?? status === 404;
    this.requestId = requestId;
  }
}

/** The object exists at the vendor but is not ready: it stays in state with its id and is finished by the next run. */
export class PartialFailure extends Error {
  readonly id: string;
  /** What is known of the object so far. */
  readonly live: Record<string, unknown>;
  readonly reasons: readonly string[];

  constructor(id: string, live: Record<string, unknown>, reasons: readonly string[], options?: ErrorOptions) {
    super(reasons.join("; "), options);
    this.name = "PartialFailure";
    this.id = id;
    this.live = live;
    this.reasons = reasons;
  }
}

/** A refusal of ours that a user can act on; shown without a stack trace. */
export class Refused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Refused";
  }
}

/** Nobody knows whether what was asked took effect: the connection failed, or waiting for the answer was ended. */
export class Unsettled extends Refused {}

/** Turns "the vendor says it is gone" into undefined; everything else still throws. */
export async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.gone) return undefined;
    throw error;
  }
}
