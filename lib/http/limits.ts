/** What one client may cost. The original has none of these but the half hour, which it looks at every 500th connection. */

export interface HttpLimits {
  /** Bytes of a request's line and fields. */
  readonly headBytes: number;
  /** Bytes of a body that the route does not want and that is passed over. */
  readonly skipBytes: number;
  /** Bytes of all bodies together that wait for their end or their answer. */
  readonly bodiesBytes: number;
  /** From a request's first byte to the end of its head, and from there to the end of its body, in milliseconds. */
  readonly headMs: number;
  readonly bodyMs: number;
  /** How long a connection may rest between requests. */
  readonly idleMs: number;
  /** How long a client may take nothing of a reply; of a stream, whose source waits, as long as it may rest. */
  readonly stallMs: number;
  /** How long input is still taken after the last reply, so that the reply is not lost to a reset. */
  readonly lingerMs: number;
  /** How long a reply that is under way is still waited for when the client has finished its side. */
  readonly leaveMs: number;
  /** Connections of one server; the one that has rested longest gives way. */
  readonly connections: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headBytes: 64 * 1024,
  skipBytes: 1 << 20,
  bodiesBytes: 64 << 20,
  headMs: 60_000,
  bodyMs: 120_000,
  idleMs: 30 * 60_000,
  stallMs: 120_000,
  lingerMs: 2000,
  leaveMs: 1000,
  connections: 512,
};
