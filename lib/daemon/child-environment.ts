import type { ProcessSpec } from "../model/spec.ts";

/**
 * What a child's environment has on top of the daemon's: the four variables that tell it who it is, and its section's
 * `environment=`, which may override them (supervisor.md section 3.8).
 *
 * @param serverurl the daemon's own URL, null where it has no server
 */
export function childVariables(
  spec: ProcessSpec,
  group: string,
  serverurl: string | null,
): ReadonlyMap<string, string> {
  const environment = new Map([["SUPERVISOR_ENABLED", "1"]]);
  const url =
    spec.serverurl.kind === "url" ? spec.serverurl.url : spec.serverurl.kind === "auto" ? serverurl : null;
  if (url !== null) environment.set("SUPERVISOR_SERVER_URL", url);
  environment.set("SUPERVISOR_PROCESS_NAME", spec.name);
  environment.set("SUPERVISOR_GROUP_NAME", group);
  for (const [key, value] of spec.environment) environment.set(key, value);
  return environment;
}
