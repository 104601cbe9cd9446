/** echo_supervisord_conf: prints the sample configuration, whatever it is called with. */
import { sampleText } from "../lib/config/sample.ts";

process.stdout.write(sampleText());
