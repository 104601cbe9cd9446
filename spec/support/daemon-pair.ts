/**
 * The comparison: the same steps on the original and on ours, at the same time, each on its own folder; then one test
 * per step that holds the two outcomes against each other.
 */
import assert from "node:assert/strict";
import { after, describe, it, type TestContext } from "node:test";
import { Forks } from "./daemon-forks.ts";
import { Daemon, type Launch } from "./daemon-process.ts";
import { ORACLE, OURS, SELF_CHECK, type Subject } from "./daemon-subject.ts";
import { limiter } from "./daemon-wait.ts";

/**
 * A difference on purpose: a row of docs/compat.md, and what ours gives instead: the very outcome, or a test of it.
 */
export interface Differs {
  readonly row: string;
  readonly ours: unknown | ((outcome: unknown) => boolean);
}

export interface Step {
  readonly title: string;
  /** The outcome is plain data with the volatile parts taken out; undefined makes a step that compares nothing. */
  readonly run: (daemon: Daemon, forks: Forks) => Promise<unknown>;
  readonly differs?: Differs;
}

export interface Scene {
  readonly title: string;
  readonly launch: Launch;
  readonly steps: readonly Step[];
}

interface Record_ {
  readonly outcomes: readonly unknown[];
  readonly failure: Error | undefined;
  readonly log: string;
}

/** `COMPAT_TIMINGS=1` tells which steps are slow, and on which daemon. */
const TIMINGS = process.env["COMPAT_TIMINGS"] !== undefined;

/** `COMPAT_SHOW=1` tells every outcome of the original: what the specs hold ours against. */
const SHOWN = process.env["COMPAT_SHOW"] !== undefined;

const inTurn = limiter(4);
let forks: Forks | undefined;
const theForks = (): Forks => {
  forks ??= new Forks();
  return forks;
};
after(() => forks?.close());

async function play(subject: Subject, scene: Scene): Promise<Record_> {
  const outcomes: unknown[] = [];
  let daemon: Daemon | undefined;
  let failure: Error | undefined;
  let log = "";
  try {
    daemon = await Daemon.start(subject, scene.launch);
    for (const step of scene.steps) {
      const began = Date.now();
      const outcome = await step.run(daemon, theForks()).catch((error: unknown) => {
        throw new Error(`at "${step.title}"`, { cause: error });
      });
      outcomes.push(outcome);
      if (SHOWN && subject === ORACLE) console.error(`${step.title}\n  => ${JSON.stringify(outcome)}`);
      if (TIMINGS && Date.now() - began > 300) {
        console.error(`${Date.now() - began} ms ${subject.name} ${scene.title}: ${step.title}`);
      }
    }
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    log = `${daemon?.log() ?? ""}\n${daemon?.stderr ?? ""}`;
    await daemon?.destroy();
  }
  return { outcomes, failure, log };
}

function outcomeOf(record: Record_, index: number, subject: Subject): unknown {
  if (index < record.outcomes.length) return record.outcomes[index];
  const why: string[] = [];
  for (let at: unknown = record.failure; at instanceof Error; at = at.cause) why.push(at.message);
  throw new Error(`${subject.name} did not come to this step: ${why.join(": ")}`);
}

function judge(step: Step, theirs: unknown, own: unknown): void {
  const { differs } = step;
  if (differs === undefined || SELF_CHECK) {
    assert.deepStrictEqual(own, theirs);
    return;
  }
  assert.notDeepStrictEqual(own, theirs, `row ${differs.row} of docs/compat.md is no longer a difference`);
  if (typeof differs.ours !== "function") assert.deepStrictEqual(own, differs.ours);
  else assert.ok(differs.ours(own), `not what row ${differs.row} says: ${JSON.stringify(own)}`);
}

/** Plays a scene on both daemons and defines a suite with one test per step that has an outcome. */
export function scene(given: Scene): void {
  const played = inTurn(() => Promise.all([play(ORACLE, given), play(OURS, given)]));
  played.catch(() => undefined);
  let told = false;
  const tell = (t: TestContext, record: Record_): void => {
    if (told) return;
    told = true;
    t.diagnostic(`the end of our activity log and standard error:\n${record.log.slice(-6_000)}`);
  };
  describe(given.title, () => {
    given.steps.forEach((step, index) => {
      const row = step.differs === undefined ? "" : ` [differs: ${step.differs.row}]`;
      it(`${step.title}${row}`, async (t) => {
        const [oracle, ours] = await played;
        try {
          const theirs = outcomeOf(oracle, index, ORACLE);
          judge(step, theirs, outcomeOf(ours, index, OURS));
        } catch (error) {
          tell(t, ours);
          throw error;
        }
      });
    });
  });
}
