import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type ChannelLogOptions, openChannelLog } from "../../lib/log/child-log.ts";
import { temporaryFolder } from "../support/log-fixtures.ts";
import { runOracle } from "../support/oracle-python.ts";

/** What one run of a channel brought about, in order. */
type Effect = [kind: "log" | "echo" | "event" | "comm", data: string];

const BEGIN = "<!--XSUPERVISOR:BEGIN-->";
const END = "<!--XSUPERVISOR:END-->";
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const base: ChannelLogOptions = {
  spec: { maxbytes: 0, backups: 0, captureMaxbytes: 0 },
  path: null,
  name: "web",
  channel: "stdout",
  stripAnsi: false,
  syslog: null,
  debugEcho: null,
  onLogEvent: null,
  onCommunication: null,
  onTrouble: (trouble) => assert.fail(trouble),
};

/** Feeds chunks through a buffer that is used again, as the reader does. */
function feed(log: { write(chunk: Uint8Array): void }, chunks: readonly string[]): void {
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk, "latin1");
    log.write(bytes);
    bytes.fill(0);
  }
}

function effects(chunks: readonly string[], options: Partial<ChannelLogOptions>): Effect[] {
  const out: Effect[] = [];
  const log = openChannelLog({
    ...base,
    debugEcho: (message) => out.push(["echo", message]),
    onLogEvent: (bytes) => out.push(["event", text(bytes)]),
    onCommunication: (bytes) => out.push(["comm", text(bytes)]),
    ...options,
  });
  feed(log, chunks);
  log.end();
  log.close();
  return out;
}

const ORACLE = `
import json, sys
from supervisor import dispatchers, events, loggers
out = []
class Bag:
    def __init__(self, **kw): self.__dict__.update(kw)
for case in json.load(sys.stdin):
    effects = []
    class Main:
        def log(self, level, msg, **kw): effects.append(['echo', msg % kw])
        def debug(self, msg, **kw): pass
    class Opts(Bag):
        def getLogger(self): return loggers.getLogger()
    options = Opts(loglevel=10, logger=Main(), strip_ansi=case['strip'])
    config = Bag(name='web', options=options, stdout_logfile=None, stdout_logfile_maxbytes=0, stdout_logfile_backups=0,
                 stdout_syslog=False, stdout_capture_maxbytes=case['capture'], stdout_events_enabled=True,
                 stderr_events_enabled=False)
    process = Bag(config=config, pid=1, group=None)
    def notify(event):
        if isinstance(event, events.ProcessCommunicationEvent): effects.append(['comm', event.data.decode('latin-1')])
        else: effects.append(['event', event.data.decode('latin-1')])
    dispatchers.notify = notify
    d = dispatchers.POutputDispatcher(process, events.ProcessCommunicationStdoutEvent, 0)
    for chunk in case['chunks']:
        d.output_buffer += chunk.encode('latin-1')
        d.record_output()
    out.append(effects)
json.dump(out, sys.stdout)
`;

describe("a channel's log", () => {
  it("brings about what the original's does, in its order, for output that arrives in one piece", () => {
    const word = fc.oneof(
      fc.constantFrom(
        `${BEGIN}message one${END}`,
        "\x1b[31mred\x1b[0m",
        `${BEGIN}\x1b[1mbold${END}`,
        "\xff\n",
        "caf\xc3\xa9 ",
      ),
      fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 12 }).map((s) => s.replaceAll("\x1b", "e")),
    );
    const samples = fc
      .sample(fc.tuple(fc.array(word, { maxLength: 8 }), fc.boolean(), fc.boolean()), 400)
      // A plain end, longer than a tag: the original holds back, and would lose, what is shorter.
      .map(([words, capture, strip]) => ({
        chunks: [`${words.join("")} plain end of the output\n`],
        capture: capture ? 10_000 : 0,
        strip,
      }));
    const theirs = runOracle(ORACLE, samples);
    const ours = samples.map(({ chunks, capture, strip }) =>
      effects(chunks, { spec: { ...base.spec, captureMaxbytes: capture }, stripAnsi: strip }),
    );
    assert.deepEqual(ours, theirs);
  });

  it("keeps captured output out of the log and passes the message on", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const messages: string[] = [];
    const log = openChannelLog({
      ...base,
      path,
      spec: { maxbytes: 0, backups: 0, captureMaxbytes: 100 },
      onCommunication: (bytes) => messages.push(text(bytes)),
    });
    feed(log, [
      "before ",
      BEGIN.slice(0, 10),
      `${BEGIN.slice(10)}mes`,
      `sage${END.slice(0, 3)}`,
      `${END.slice(3)}after`,
      "<!--",
    ]);
    assert.equal(readFileSync(path, "latin1"), "before after");
    log.end();
    assert.equal(readFileSync(path, "latin1"), "before after<!--");
    assert.deepEqual(messages, ["message"]);
    log.close();
  });

  it("makes no event of a message without its end", () => {
    const out = effects([`${BEGIN}unfinished`], { spec: { ...base.spec, captureMaxbytes: 100 } });
    assert.deepEqual(out, [
      ["echo", "'web' stdout output:\nunfinished"],
      ["event", "unfinished"],
    ]);
  });

  it("takes a sequence that two reads cut out of the log and of the events", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const out = effects(["\x1b[3", "1mred\x1b", "[0m"], { path, stripAnsi: true });
    assert.equal(readFileSync(path, "latin1"), "red");
    assert.deepEqual(out, [
      ["echo", "'web' stdout output:\nred"],
      ["event", "red"],
    ]);
  });

  it("sends syslog whole lines with the process's name, whatever the chunks (syslog-lines)", () => {
    const records: string[] = [];
    const log = openChannelLog({ ...base, syslog: { send: (record) => records.push(record) > 0 } });
    feed(log, ["one\ntw", "o\n", "caf\xc3", "\xa9\n\nlast"]);
    assert.deepEqual(records, ["web one", "web two", "web caf\u00e9", "web "]);
    log.close();
    assert.deepEqual(records.slice(4), ["web last"]);
  });

  it("cuts a syslog line that is too long for a record, and loses none of it", () => {
    const records: string[] = [];
    const log = openChannelLog({ ...base, syslog: { send: (record) => records.push(record) > 0 } });
    const long = Array.from({ length: 30_000 }, (_, i) => "abcdéfghij"[i % 10]).join("");
    const bytes = Buffer.from(long).toString("latin1");
    feed(log, [bytes.slice(0, 12_345), bytes.slice(12_345)]);
    log.end();
    assert.ok(records.length >= 4);
    assert.ok(records.every((record) => record.length <= 8192 + "web ".length));
    assert.equal(records.map((record) => record.slice("web ".length)).join(""), long);
    records.length = 0;
    feed(log, [`${bytes}\nshort\n`]);
    assert.equal(records.at(-1), "web short");
    assert.equal(
      records
        .slice(0, -1)
        .map((record) => record.slice("web ".length))
        .join(""),
      long,
    );
    log.close();
  });

  it("writes the log and syslog both", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const records: string[] = [];
    const log = openChannelLog({ ...base, path, syslog: { send: (record) => records.push(record) > 0 } });
    feed(log, ["both\n"]);
    assert.equal(readFileSync(path, "latin1"), "both\n");
    assert.deepEqual(records, ["web both"]);
    assert.equal(log.clear(), "ok");
    assert.equal(readFileSync(path, "latin1"), "");
    log.close();
  });

  it("throws the system's error at once when its file cannot be opened", (test) => {
    const folder = temporaryFolder(test);
    assert.throws(() => openChannelLog({ ...base, path: folder }), { code: "EISDIR" });
    assert.throws(() => openChannelLog({ ...base, path: join(folder, "no", "x.log") }), { code: "ENOENT" });
  });

  it("throws nothing without a file", () => {
    const log = openChannelLog(base);
    feed(log, ["nowhere\n"]);
    log.reopen();
    assert.equal(log.clear(), "ok");
    log.close();
  });
});
