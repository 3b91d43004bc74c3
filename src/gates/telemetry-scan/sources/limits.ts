/** What one file may unfold to before it is refused; an archive bomb ends here. */
export const LIMITS = {
  /** Layers of compression and archives inside each other. */
  layers: 8,
  /** Members of all archives in one file. */
  members: 10_000,
  /** Bytes that any file may unfold to, and how many times its own size beyond that. */
  expandedBytes: 64 << 20,
  expansion: 200,
  /** Largest archive inside of another that is opened: a zip has its list at the end, so it has to be held whole. */
  innerZipBytes: 64 << 20,
} as const;

/** Counts what one file unfolds to. */
export interface Budget {
  readonly fileBytes: number;
  members: number;
  expanded: number;
}

export function createBudget(fileBytes: number): Budget {
  return { fileBytes, members: 0, expanded: 0 };
}

/** Whether so many bytes more are still within the limits. */
export function spend(budget: Budget, bytes: number): boolean {
  budget.expanded += bytes;
  return budget.expanded <= LIMITS.expandedBytes + LIMITS.expansion * budget.fileBytes;
}
