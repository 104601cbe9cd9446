/** The catalogue of faults, one to one with the wire (supervisor.md section 1.2). */
export const FAULTS = {
  UNKNOWN_METHOD: 1,
  INCORRECT_PARAMETERS: 2,
  BAD_ARGUMENTS: 3,
  SIGNATURE_UNSUPPORTED: 4,
  SHUTDOWN_STATE: 6,
  BAD_NAME: 10,
  BAD_SIGNAL: 11,
  NO_FILE: 20,
  NOT_EXECUTABLE: 21,
  FAILED: 30,
  ABNORMAL_TERMINATION: 40,
  SPAWN_ERROR: 50,
  ALREADY_STARTED: 60,
  NOT_RUNNING: 70,
  SUCCESS: 80,
  ALREADY_ADDED: 90,
  STILL_RUNNING: 91,
  CANT_REREAD: 92,
} as const;

export type FaultName = keyof typeof FAULTS;

/** An answer that is a fault: `NAME` or `NAME: extra` with the catalogue's code. */
export class RpcFault extends Error {
  readonly code: number;
  readonly fault: FaultName;

  constructor(fault: FaultName, extra?: string | number) {
    super(extra === undefined ? fault : `${fault}: ${extra}`);
    this.name = "RpcFault";
    this.fault = fault;
    this.code = FAULTS[fault];
  }
}
