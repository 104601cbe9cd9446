/** echo_supervisord_conf: prints the sample configuration, whatever it is called with. */
import { sampleText } from "../lib/config/sample.ts";
import { STDOUT } from "../lib/sys/stdio.ts";
import { print } from "./print.ts";

print(STDOUT, sampleText());
