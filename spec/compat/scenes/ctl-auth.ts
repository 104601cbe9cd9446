/** Credentials, right, wrong and missing, as supervisorctl meets them. */
import { byHand, head } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import { ctl } from "../../support/daemon-steps.ts";

const SHA_OF_SECRET = "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";

const config = [
  head({
    unix: `username=tester\npassword=${SHA_OF_SECRET}`,
    inet: "username=user\npassword=pass:word",
    ctl: "username=tester\npassword=secret",
  }),
  byHand("cat"),
].join("\n");

const inet = "http://127.0.0.1:@PORT@";
const none = ["-s", inet];

export const auth: Scene = {
  title: "supervisorctl and credentials",
  launch: { config },
  steps: [
    ctl("status"),
    ctl("start cat"),
    ctl("stop cat"),
    ctl("tail cat"),
    ctl("version", { flags: none }),
    ctl("status", { flags: none }),
    ctl("start cat", { flags: none }),
    ctl("reread", { flags: none }),
    ctl("shutdown", { flags: none }),
    ctl("avail", { flags: ["-s", inet, "-u", "user"] }),
    ctl("version", { flags: ["-s", inet, "-u", "user", "-p", "wrong"] }),
    ctl("version", { flags: ["-s", inet, "-u", "other", "-p", "pass:word"] }),
    ctl("version", { flags: ["-s", inet, "-u", "user", "-p", "pass:word"] }),
    ctl("version", { flags: ["-s", inet, "-u", "user:pass", "-p", "word"] }),
    ctl("status", { flags: ["-c", "@DIR@/s.conf", "-p", "wrong"] }),
    ctl("status", { flags: ["-c", "@DIR@/s.conf", "-u", "wrong"] }),
    ctl("tail -f cat", { flags: ["-c", "@DIR@/s.conf", "-p", "wrong"] }),
    ctl("status", { flags: ["-c", "@DIR@/s.conf", "-p", "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"] }),
  ],
};
