/** How much is fuzzed: FUZZ=50 multiplies every count here by 50, for a night by hand. */
const FACTOR = Math.max(1, Number(process.env["FUZZ"] ?? 1));

export const runs = (inCi: number): number => Math.round(inCi * FACTOR);

/** For what is asked in one batch: the seed that made it, which a failure should name. FUZZ_SEED makes it again. */
export const SEED = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
