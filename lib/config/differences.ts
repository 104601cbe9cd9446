/** What a configuration says that the original takes otherwise on purpose (docs/compat.md): news for who switches, no faults. */
import type { Finding } from "./finding.ts";
import type { Ini } from "./ini.ts";
import { parseInteger } from "./pyint.ts";
import { splitWords } from "./pytext.ts";

const PROCESSES = /^(?:program|fcgi-program|eventlistener):/;

/** Devices and pipes, on which the original fails to seek. */
const STREAM = /^\/(?:dev\/(?:std(?:out|err)|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

const finding = (ini: Ini, section: string, option: string, message: string): Finding[] => {
  const at = ini.get(section, option);
  return at === undefined ? [] : [{ message, where: { file: at.file, line: at.line, section, option } }];
};

/**
 * Looks at values as written: negative startretries, devices and pipes as logs that rotate, and FastCGI programs in a
 * [group:x], which the original runs without their socket (supervisor.md section 3.5).
 */
export function differences(ini: Ini): Finding[] {
  return ini.sections().flatMap((section) => {
    if (section.startsWith("group:")) return fcgiInGroup(ini, section);
    return PROCESSES.test(section) ? [...unlimitedRetries(ini, section), ...streams(ini, section)] : [];
  });
}

function unlimitedRetries(ini: Ini, section: string): Finding[] {
  const retries = parseInteger(ini.get(section, "startretries")?.value ?? "0");
  if (typeof retries !== "number" || retries >= 0) return [];
  return finding(ini, section, "startretries", "retried for ever; Supervisor gives up at the first failure");
}

function streams(ini: Ini, section: string): Finding[] {
  return ["stdout", "stderr"].flatMap((channel) => {
    const file = ini.get(section, `${channel}_logfile`)?.value ?? "";
    const rotates = parseInteger(ini.get(section, `${channel}_logfile_maxbytes`)?.value ?? "50") !== 0;
    if (!STREAM.test(file) || !rotates) return [];
    const message = `written to as it is; Supervisor fails on it without ${channel}_logfile_maxbytes=0`;
    return finding(ini, section, `${channel}_logfile`, message);
  });
}

function fcgiInGroup(ini: Ini, section: string): Finding[] {
  const names = splitWords((ini.get(section, "programs")?.value ?? "").replaceAll(",", " "));
  const fcgi = names.filter((name) => ini.has(`fcgi-program:${name}`));
  if (fcgi.length === 0) return [];
  return finding(ini, section, "programs", `${fcgi.join(", ")} keeps its socket; Supervisor runs it without`);
}
