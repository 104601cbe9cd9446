/** Logs, whole and in part. */
import assert from "node:assert/strict";
import { type Matrix, misused, typed } from "../../support/ctl-compare.ts";
import { byHand, head, program } from "../../support/daemon-config.ts";

const stay = { startsecs: 0 };

const config = [
  head(),
  program("told", "/bin/sh -c 'seq -f l%%.0f 5000001 5002000; echo complaint >&2; exec cat'", stay),
  program("utf8", "/bin/sh -c 'echo grün und weiß & exec cat'", stay),
  program("crlf", "/bin/sh -c 'printf \"one\\\\r\\\\ntwo\\\\n\"; exec cat'", stay),
  program("open", "/bin/sh -c 'printf \"no end of line\"; exec cat'", stay),
  program("!odd", "/bin/sh -c 'seq -f l%%.0f 1 20; exec cat'", stay),
  byHand("silent"),
  byHand("nolog", { stdout_logfile: "NONE", stderr_logfile: "NONE" }),
].join("\n");

export const logs: Matrix = {
  title: "logs",
  launch: { config },
  lines: [
    {
      args: ["tail", "told"],
      prepare: (daemon) => daemon.reachFile("told.out", /^l5002000$/m),
    },
    ...typed(
      "tail told stdout",
      "tail told STDOUT",
      "tail told stderr",
      "tail -10 told",
      "tail -100000 told",
      "tail -1 told",
      "tail -10 told stderr",
      "tail -0 told",
      "tail --5 told",
      "tail -- told",
      "tail -- told stderr",
      "tail !odd",
      "tail -10 !odd",
      "tail !odd stderr",
      "tail !odd colour",
      "tail utf8",
      "tail open",
      "tail silent",
      "tail nolog",
      "tail nothing",
      "tail nothing stderr",
      "tail told nothing",
      "tail told it's",
      "tail told in stderr",
      "tail -x told",
      "tail - told",
      "tail -1.5 told",
      "tail -f",
      "tail -10",
      "tail told:*",
      "maintail -x",
      "maintail x",
      "maintail -f9",
      "version",
    ),
    ...misused("tail", "tail a b c d", "maintail a b", "maintail -f x", "version x"),
    {
      args: ["tail", "-f", "nothing"],
      differs: {
        row: "ctl-tail-exit",
        check: (ours, stock) => {
          assert.deepStrictEqual({ ...ours, code: 0 }, stock);
          assert.equal(ours.code, 1);
        },
      },
    },
    {
      args: ["tail", "-f", "told"],
      title: "tail -f, interrupted",
      options: { interruptAfter: /^l5002000$/m },
    },
    {
      args: ["tail", "-f", "told", "stderr"],
      title: "tail -f of stderr, interrupted",
      options: { interruptAfter: /^complaint$/m },
    },
  ],
};
