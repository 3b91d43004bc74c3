/** What a message to the user always says. Every field is plain text; untrusted parts are escaped where they are shown, not here. */
export interface Problem {
  /** File, key, flag or address that is wrong, e.g. `testops.yml: slo-gate.results`. */
  readonly where: string;
  /** What stands there now, quoted and shortened; never a private value. */
  readonly found: string;
  /** What would be accepted. */
  readonly expected: string;
  /** The next step for the reader. */
  readonly todo: string;
}

/** Input that the user can mend: one message, no stack, exit 3. */
export class UserError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(describeProblem(problem), options);
    this.name = 'UserError';
    this.problem = problem;
  }
}

/** One line per field, in the order where, found, expected, do. */
export function describeProblem(problem: Problem): string {
  return [`${problem.where}`, `  found:    ${problem.found}`, `  expected: ${problem.expected}`, `  do:       ${problem.todo}`].join('\n');
}

/** Whether a thrown value is for the user to mend (true) or a fault of ours (false). */
export function isUserError(error: unknown): error is UserError {
  return error instanceof UserError;
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Exit codes that are not verdicts (verdicts are in verdict.ts). */
export const EXIT_UNUSABLE_INPUT = 3;
export const EXIT_OUR_FAULT = 4;
