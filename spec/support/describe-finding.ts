import { describePlace } from "../../lib/config/errors.ts";
import type { Finding } from "../../lib/config/finding.ts";

/** `file:line: [section] option: message`, as far as the place is known. */
export const describeFinding = ({ message, where }: Finding): string =>
  [describePlace(where), message].filter(Boolean).join(": ");
