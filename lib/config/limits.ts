/** Bounds on what a configuration may hold: far above any real one, far below what would hurt the daemon. */
export const LIMITS = {
  /** Bytes of one file. */
  fileBytes: 16 * 1024 * 1024,
  /** Lines of one file. */
  fileLines: 400_000,
  /** Files that [include] may bring in, and bytes of all of them together. */
  includedFiles: 20_000,
  includedBytes: 128 * 1024 * 1024,
  /** Processes of one section, and of a whole configuration. */
  numprocs: 10_000,
  processes: 100_000,
  /** Characters of one expanded value. */
  valueLength: 4 * 1024 * 1024,
} as const;
