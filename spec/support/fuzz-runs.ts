/** How much is fuzzed: FUZZ=50 multiplies every count here by 50, for a night by hand. */
const FACTOR = Math.max(1, Number(process.env["FUZZ"] ?? 1));

export const runs = (inCi: number): number => Math.round(inCi * FACTOR);

/**
 * What every generated value comes from: the same each time, so that what has passed passes again; by hand, with FUZZ, another
 * each time, which a failure names. FUZZ_SEED sets it.
 */
export const SEED = Number(
  process.env["FUZZ_SEED"] ?? (FACTOR === 1 ? 20_261_127 : Math.floor(Math.random() * 2 ** 31)),
);
