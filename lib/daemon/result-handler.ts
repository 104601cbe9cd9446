/** What decides whether a listener has dealt with its event (`result_handler`, supervisor.md section 6.4). */

/** An event as a result handler sees it. */
export interface HandledEvent {
  readonly name: string;
  readonly serial: number;
  readonly poolserial: number;
  readonly payload: string;
}

/**
 * Looks at a listener's result. `false` refuses it: the event is given to a listener again. Anything else takes it. One that
 * throws has failed: the event is given again, and its listener gets no more.
 */
export type ResultHandler = (event: HandledEvent, result: Buffer) => unknown;

/** The built-in handler's name, as configurations say it. */
export const DEFAULT_HANDLER = "supervisor.dispatchers:default_handler";

const OK = Buffer.from("OK");

/** Takes `OK` and nothing else. */
export const defaultHandler: ResultHandler = (_event, result) => result.equals(OK);
