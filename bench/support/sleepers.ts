/** Programs that do nothing, and whether they all do. */

/** The section of so many of them, silent and without logs. */
export const sleepers = (count: number, autostart = true): string =>
  `[program:s]\ncommand=/bin/sleep 1000\nnumprocs=${count}\nprocess_name=%(program_name)s_%(process_num)04d\nstartsecs=0\nautostart=${autostart}\nstdout_logfile=NONE\nstderr_logfile=NONE\n`;

/** How many RUNNING processes an answer to getAllProcessInfo tells of. */
export const running = (answer: string): number => answer.split("<string>RUNNING</string>").length - 1;
