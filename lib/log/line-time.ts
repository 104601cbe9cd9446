const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
const four = (n: number): string => String(n).padStart(4, "0");

/**
 * Makes a formatter of wall-clock milliseconds as `YYYY-MM-DD HH:MM:SS,mmm` in local time. The part up to the seconds is
 * made once a second: it costs more than all the rest of a line.
 */
export function lineTime(): (epochMs: number) => string {
  let second = Number.NaN;
  let text = "";
  return (epochMs) => {
    const now = Math.floor(epochMs / 1000);
    if (now !== second) {
      const date = new Date(now * 1000);
      const day = `${four(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
      text = `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},`;
      second = now;
    }
    return text + String(Math.floor(epochMs) - now * 1000).padStart(3, "0");
  };
}
