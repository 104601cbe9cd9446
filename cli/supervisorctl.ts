/** The `supervisorctl` command. */
import { main } from "./ctl/main.ts";

const program = process.env["SUPERVISORD_ARGV0"] ?? process.argv[1] ?? "supervisorctl";

main(process.argv.slice(2), program).then(
  (status) => process.exit(status),
  (error: unknown) => {
    const { syscall, message } = error as NodeJS.ErrnoException;
    // A full disk, say: nothing that a stack would explain.
    console.error(syscall === "write" ? `Error: cannot write the output: ${message}` : error);
    process.exit(1);
  },
);
