/** Loaded before every spec file: its properties are tried with the same values each time, unless asked otherwise. */
import fc from "fast-check";
import { SEED } from "./fuzz-runs.ts";

fc.configureGlobal({ seed: SEED });
