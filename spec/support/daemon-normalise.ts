/** Takes out of a text what differs from run to run, and nothing else. */

export interface Volatile {
  readonly dir: string;
  readonly port: number;
  readonly pid: number;
}

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b4\.2\.5\b|\b4\.3\.0\b/g, "@VERSION@"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g, "@TIME@"],
  [/\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, "@CTIME@"],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, "@HTTPDATE@"],
  [/\b(?!Jan 01 12:00 AM)[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M\b/g, "@DATE@"],
  [/\buptime \d+:\d\d:\d\d/g, "uptime @UPTIME@"],
  [/\bpid [1-9]\d*/g, "pid @N@"],
  [/"(start|stop|now|pid)":[1-9]\d*/g, '"$1":"@N@"'],
  [/(process '[^']+' |killing '[^']+' )\(\d+\)/g, "$1(@N@)"],
  [/---([\w.-]+)-[a-z0-9_]{8}\.log/g, "---$1-XXXXXXXX.log"],
];

const XML_VOLATILE = /(<name>(?:start|stop|now|pid)<\/name>\n<value><int>)[1-9]\d*(<\/int>)/g;

/** For bytes as Latin-1 characters: a Content-Length that is true of a volatile body is no difference, one that lies is. */
function honestLength(text: string): string {
  const end = text.indexOf("\r\n\r\n");
  const found = /^Content-Length: (\d+)\r$/m.exec(text.slice(0, end + 2));
  if (end < 0 || found === null) return text;
  const body = text.length - (end + 4);
  const said = Number(found[1]);
  const verdict = said === body ? "@TRUE@" : `${said} for a body of ${body}`;
  return text.replace(found[0], `Content-Length: ${verdict}\r`);
}

export function normalise(text: string, of: Volatile): string {
  let out = honestLength(text)
    .replaceAll(of.dir, "@DIR@")
    .replaceAll(`:${of.port}`, ":@PORT@")
    .replace(new RegExp(`\\bpid ${of.pid}\\b`, "g"), "pid @PID@")
    .replace(XML_VOLATILE, "$1@N@$2");
  for (const [rule, by] of RULES) out = out.replace(rule, by);
  // Elsewhere last: a small pid is also a year, a status or a millisecond.
  return out.replace(new RegExp(`(?<![\\d.:])${of.pid}(?![\\d.:])`, "g"), "@PID@");
}
