import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CaptureBuffer, CaptureSplitter } from "../../lib/wire/capture.ts";
import { runOracle } from "../support/oracle-python.ts";

const BEGIN = "<!--XSUPERVISOR:BEGIN-->";
const END = "<!--XSUPERVISOR:END-->";

interface Split {
  text: string;
  captured: string;
  messages: string[];
  pieces: number;
}

function split(chunks: readonly string[], flush = true): Split {
  const out: Split = { text: "", captured: "", messages: [], pieces: 0 };
  let message = "";
  const splitter = new CaptureSplitter({
    text: (bytes) => {
      out.text += Buffer.from(bytes).toString("latin1");
      out.pieces++;
    },
    captured: (bytes) => {
      message += Buffer.from(bytes).toString("latin1");
      out.captured += Buffer.from(bytes).toString("latin1");
    },
    complete: () => {
      out.messages.push(message);
      message = "";
    },
  });
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk, "latin1");
    splitter.push(bytes);
    bytes.fill(0x58); // the reader uses its buffer again
  }
  if (flush) splitter.flush();
  return out;
}

const fragment = fc.oneof(
  fc.constantFrom(BEGIN, END, "<!--", "<!--XSUPERVISOR:", "<", "-->", "<<!--XSUPERVISOR:BEGIN-->", "\n"),
  fc.string({ unit: "binary-ascii", maxLength: 30 }),
);
const streams = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(""));
const cut = (stream: string, at: readonly number[]): string[] => {
  const marks = [0, ...at.map((n) => n % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return marks.slice(1).map((mark, i) => stream.slice(marks[i], mark));
};

/** The whole stream at once, by string search: the plain meaning of the tags. */
function reference(stream: string): { text: string; captured: string; messages: string[] } {
  const out = { text: "", captured: "", messages: [] as string[] };
  let capturing = false;
  let rest = stream;
  for (;;) {
    const token = capturing ? END : BEGIN;
    const at = rest.indexOf(token);
    const piece = at === -1 ? rest : rest.slice(0, at);
    if (capturing) out.captured += piece;
    else out.text += piece;
    if (at === -1) return out;
    if (capturing) out.messages.push(piece);
    capturing = !capturing;
    rest = rest.slice(at + token.length);
  }
}

describe("capture tags", () => {
  it("give the same text and messages however the stream is cut, and lose nothing", () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 40 }), (stream, marks) => {
        const { text, captured, messages } = split(cut(stream, marks));
        assert.deepEqual({ text, captured, messages }, reference(stream));
      }),
      { numRuns: 2000 },
    );
  });

  it("give what the original gives for a stream that ends in enough ordinary text", () => {
    // The original holds back up to 24 bytes at the end and loses them: a long plain tail pushes everything out.
    const tail = `${END}${"z".repeat(60)}`;
    const samples = fc.sample(fc.tuple(streams, fc.array(fc.nat(), { maxLength: 10 })), 300);
    const cases = samples.map(([stream, marks]) => cut(stream + tail, marks));
    const theirs = runOracle(
      `
import json, sys
from supervisor import dispatchers, events
class Log:
    def __init__(self): self.data = b''
    def info(self, data): self.data += data
    handlers = []
out = []
for chunks in json.load(sys.stdin):
    d = object.__new__(dispatchers.POutputDispatcher)
    class Ev(events.ProcessCommunicationStdoutEvent):
        pass
    class Fake: pass
    d.begintoken_data = (Ev.BEGIN_TOKEN, len(Ev.BEGIN_TOKEN))
    d.endtoken_data = (Ev.END_TOKEN, len(Ev.END_TOKEN))
    pieces = []
    d.capturelog = Log()
    d._log = lambda data, d=d, p=pieces: p.append((d.capturemode, data.decode('latin-1')))
    def toggle(d=d, p=pieces):
        d.capturemode = not d.capturemode
        p.append((d.capturemode, None))
    d.toggle_capturemode = toggle
    for c in chunks:
        d.output_buffer += c.encode('latin-1')
        d.record_output()
    text = captured = message = ''
    messages = []
    for mode, data in pieces:
        if data is None:
            if not mode:
                messages.append(message); message = ''
        elif mode:
            captured += data; message += data
        else:
            text += data
    held = d.output_buffer.decode('latin-1')
    if d.capturemode: captured += held
    else: text += held
    out.append({'text': text, 'captured': captured, 'messages': messages})
json.dump(out, sys.stdout)
`,
      cases,
    );
    const ours = cases.map((chunks) => {
      const { text, captured, messages } = split(chunks);
      return { text, captured, messages };
    });
    assert.deepEqual(ours, theirs);
  });

  it("hold nothing back that cannot become a tag (capture-tail)", () => {
    assert.equal(split(["ok\n"], false).text, "ok\n");
    assert.equal(split(["ok <!--XSUPERVISOR:BEGIN--"], false).text, "ok ");
    assert.equal(split(["ok <!--XSUPERVISOR:BEGIN--", "!"], false).text, "ok <!--XSUPERVISOR:BEGIN--!");
  });

  it("pass a chunk without tags through as one piece", () => {
    assert.equal(split(["a".repeat(100_000)]).pieces, 1);
  });
});

describe("the capture buffer", () => {
  it("keeps what the original's BoundIO keeps", () => {
    const sequences = fc.sample(
      fc.record({
        maxbytes: fc.integer({ min: 1, max: 40 }),
        writes: fc.array(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 30 }), { maxLength: 12 }),
      }),
      500,
    );
    const theirs = runOracle(
      `
import json, sys
from supervisor.loggers import BoundIO
out = []
for case in json.load(sys.stdin):
    io = BoundIO(case['maxbytes'])
    for w in case['writes']: io.write(w.encode('latin-1'))
    out.append(io.getvalue().decode('latin-1'))
json.dump(out, sys.stdout)
`,
      sequences,
    );
    const ours = sequences.map(({ maxbytes, writes }) => {
      const buffer = new CaptureBuffer(maxbytes);
      for (const write of writes) buffer.write(Buffer.from(write, "latin1"));
      return Buffer.from(buffer.take()).toString("latin1");
    });
    assert.deepEqual(ours, theirs);
  });

  it("is empty after take", () => {
    const buffer = new CaptureBuffer(10);
    buffer.write(Buffer.from("abc"));
    assert.equal(Buffer.from(buffer.take()).toString(), "abc");
    buffer.write(Buffer.from("d"));
    assert.equal(Buffer.from(buffer.take()).toString(), "d");
    assert.equal(buffer.take().length, 0);
  });
});
