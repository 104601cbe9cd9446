/** What an event listener reads on its stdin: one header line, then the payload (supervisor.md section 6.3). */

export interface EnvelopeFields {
  readonly server: string;
  readonly serial: number;
  readonly pool: string;
  readonly poolserial: number;
  readonly eventname: string;
}

/** An event's body as it is sent to every pool: made once. `length` counts code points, as the original's does. */
export interface EncodedPayload {
  readonly text: string;
  readonly length: number;
}

/** A lone half of a surrogate pair counts as one code point. */
export const encodePayload = (text: string): EncodedPayload => ({ text, length: codePoints(text) });

/** Header and body, to be written at once. */
export function eventEnvelope(fields: EnvelopeFields, payload: EncodedPayload): Buffer {
  const { server, serial, pool, poolserial, eventname } = fields;
  const header = `ver:3.0 server:${server} serial:${serial} pool:${pool} poolserial:${poolserial} eventname:${eventname} len:${payload.length}\n`;
  return Buffer.from(header + payload.text);
}

const PAIRS = /[\ud800-\udbff][\udc00-\udfff]/g;

const codePoints = (text: string): number => text.length - (text.match(PAIRS)?.length ?? 0);
