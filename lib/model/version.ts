/** The level of the original's interface that we serve: what getSupervisorVersion and `supervisord -v` say. */
export const SUPERVISOR_VERSION = "4.3.0";

/** What getAPIVersion says; stock supervisorctl refuses anything else (supervisor.md section 1.6). */
export const API_VERSION = "3.0";
