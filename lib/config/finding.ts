import type { Where } from "./errors.ts";
import type { Ini } from "./ini.ts";

/** Something to be said of a configuration, and where. */
export interface Finding {
  readonly message: string;
  readonly where: Where;
}

/** Where an option is written, or its section. */
export function placeOf(ini: Ini, section: string, option?: string): Where {
  const at = (option === undefined ? undefined : ini.get(section, option)) ?? ini.header(section);
  const where = at === undefined ? { section } : { file: at.file, line: at.line, section };
  return option === undefined ? where : { ...where, option };
}
