/** How values are shown. No DOM here. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Seconds, coarse enough that it seldom changes: `45s`, `12m`, `3h 05m`, `12d 4h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 100) return `${s}s`;
  if (s < HOUR) return `${Math.floor(s / MINUTE)}m`;
  if (s < DAY) return `${Math.floor(s / HOUR)}h ${String(Math.floor((s % HOUR) / MINUTE)).padStart(2, "0")}m`;
  return `${Math.floor(s / DAY)}d ${Math.floor((s % DAY) / HOUR)}h`;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** `0 B`, `812 KB`, `1.4 GB`; of 1024. */
export function bytes(value: number): string {
  let unit = 0;
  let left = value;
  while (left >= 1000 && unit < UNITS.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${left < 10 && unit > 0 ? left.toFixed(1) : Math.round(left)} ${UNITS[unit]}`;
}

/** `0%`, `0.4%`, `12%`. */
export const percent = (value: number): string =>
  `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)}%`;

const two = (value: number): string => String(value).padStart(2, "0");

/** Local `14:03:59`, with the date in front where it is another day than `now`. Both epoch milliseconds. */
export function clock(at: number, now: number): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}
