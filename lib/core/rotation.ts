/** When a log is rotated and how its files move (supervisor.md section 5). */

export interface RotationStep {
  readonly from: string;
  readonly to: string;
}

/** True where a log that has just been written up to `position` bytes must be rotated; `maxbytes` 0 is never. */
export const rotationDue = (position: number, maxbytes: number): boolean =>
  maxbytes > 0 && position >= maxbytes;

/**
 * The renames, in order, that shift `.n-1` to `.n` and the log itself to `.1`; none for `backups` 0, where the log is
 * only truncated. A step whose source is missing is to be passed over; after the last step `path` is opened empty.
 */
export function rotationSteps(path: string, backups: number): readonly RotationStep[] {
  const steps: RotationStep[] = [];
  for (let i = backups - 1; i > 0; i--) steps.push({ from: `${path}.${i}`, to: `${path}.${i + 1}` });
  if (backups > 0) steps.push({ from: path, to: `${path}.1` });
  return steps;
}
