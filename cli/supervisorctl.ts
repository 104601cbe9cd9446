/** The `supervisorctl` command. */
import { main } from "./ctl/main.ts";

const program = process.env["SUPERVISORD_ARGV0"] ?? process.argv[1] ?? "supervisorctl";

main(process.argv.slice(2), program).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
