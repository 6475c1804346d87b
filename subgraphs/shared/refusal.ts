// Throw inside, return outside: a service throws `Refused` and its transaction rolls back; `answer` turns it into `userErrors`.

export interface RefusalOptions {
  /** Path into `input`, outermost first. */
  field?: string[];
  /** True when the same request may succeed later. */
  retryable?: boolean;
}

/** Something that someone can act on. The code is contract, the message is for people. */
export class Refused extends Error {
  readonly code: string;
  readonly field: string[] | null;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: RefusalOptions = {}) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.field = options.field ?? null;
    this.retryable = options.retryable ?? false;
  }
}

/** The row behind a `UserError`. */
export interface UserErrorRow {
  code: string;
  message: string;
  field: string[] | null;
  retryable: boolean;
}

export const userError = ({ code, message, field, retryable }: Refused): UserErrorRow => ({
  code,
  message,
  field,
  retryable,
});

/** What the work gives, or `refused` with the refusal in `userErrors`. Every other error goes on as a fault. */
export async function answer<T extends object>(
  refused: T,
  work: () => Promise<T>,
): Promise<T & { userErrors: UserErrorRow[] }> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (error instanceof Refused) return { ...refused, userErrors: [userError(error)] };
    throw error;
  }
}
