/** FastCGI programs behave the same under both daemons, where the original's do work. */
import { scene } from "../support/daemon-pair.ts";
import { failing, fastcgi, grouped } from "./scenes/fastcgi.ts";

for (const each of [fastcgi, grouped, failing]) scene(each);
