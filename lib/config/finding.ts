import type { Where } from "./errors.ts";

/** Something to be said of a configuration, and where. */
export interface Finding {
  readonly message: string;
  readonly where: Where;
}
