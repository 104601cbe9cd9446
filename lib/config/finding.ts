import { describePlace, type Where } from "./errors.ts";

/** Something to be said of a configuration, and where. */
export interface Finding {
  readonly message: string;
  readonly where: Where;
}

/** `file:line: [section] option: message`, as far as the place is known. */
export const describeFinding = ({ message, where }: Finding): string =>
  [describePlace(where), message].filter(Boolean).join(": ");
