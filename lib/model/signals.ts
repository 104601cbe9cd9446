/**
 * Linux signal numbers and names, and the loose way in which the original looks one up
 * (supervisor.md sections 1.7, 3.4 and 4.6).
 */

/** Canonical names, index is the number. */
const NAMES = [
  "",
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGUSR1",
  "SIGSEGV",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGPOLL",
  "SIGPWR",
  "SIGSYS",
] as const;

/** All of them by number, without what real-time signals are called. */
export const SIGNAL_NAMES: readonly string[] = NAMES.slice(1);

export const SIGRTMIN = 34;
export const SIGRTMAX = 64;

/** Other names that Python's `signal` module knows on Linux; `SIG_DFL` and its like slip through as numbers. */
const ALIASES: Readonly<Record<string, number>> = {
  SIGIOT: 6,
  SIGCLD: 17,
  SIGIO: 29,
  SIGRTMIN,
  SIGRTMAX,
  SIG_DFL: 0,
  SIG_IGN: 1,
  SIG_BLOCK: 0,
  SIG_UNBLOCK: 1,
  SIG_SETMASK: 2,
};

const NUMBERS = new Map<string, number>(Object.entries(ALIASES));
NAMES.forEach((name, number) => {
  if (name !== "") NUMBERS.set(name, number);
});

const VALID = new Set<number>(NUMBERS.values());

/** `SIGTERM` for 15; `signal N` for a number without a name, as the original logs it. */
export function signalName(signal: number): string {
  if (signal === SIGRTMIN) return "SIGRTMIN";
  if (signal === SIGRTMAX) return "SIGRTMAX";
  return NAMES[signal] || `signal ${signal}`;
}

/** Why a value is no signal: the caller words the message. */
export type SignalLookup =
  | { readonly ok: true; readonly signal: number }
  | { readonly ok: false; readonly kind: "name" | "number" };

/** Looks a signal up by number, numeric string or name, in any case, with or without `SIG`, padded or not. */
export function lookupSignal(value: string | number): SignalLookup {
  const text = String(value).trim();
  const integer = /^[+-]?\d+(?:_\d+)*$/.test(text) ? Number(text.replaceAll("_", "")) : undefined;
  if (integer !== undefined) {
    return VALID.has(integer) ? { ok: true, signal: integer } : { ok: false, kind: "number" };
  }
  const upper = text.toUpperCase();
  const signal = NUMBERS.get(upper.startsWith("SIG") ? upper : `SIG${upper}`);
  return signal === undefined ? { ok: false, kind: "name" } : { ok: true, signal };
}
