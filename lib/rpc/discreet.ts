/** Telling what changed without telling secrets: environments are where passwords are kept. */
import type { OptionChange } from "../config/diff.ts";
import type { GroupSpec, ProcessSpec } from "../model/spec.ts";

/** The values of environments are not shown: which of them differ is enough. */
export function discreetly(
  change: OptionChange,
  before: GroupSpec | undefined,
  after: GroupSpec,
): OptionChange[] {
  if (change.option !== "environment") return [change];
  const environment = (group: GroupSpec | undefined): ProcessSpec["environment"] =>
    group?.processes.find(({ name }) => `${group.name}:${name}` === change.subject)?.environment ?? new Map();
  const old = environment(before);
  const fresh = environment(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((key) => old.get(key) !== fresh.get(key))
    .sort()
    .map((key) => ({
      subject: change.subject,
      option: `environment ${key}`,
      before: old.has(key) ? "…" : null,
      after: fresh.has(key) ? `… (${old.has(key) ? "another value" : "new variable"})` : null,
    }));
}
