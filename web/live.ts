/** Streams of events that come back by themselves. */

/** `waiting`: the connection is lost and tried again at `at` (epoch milliseconds). `paused`: nobody is looking. */
export type LiveState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "waiting"; readonly at: number }
  | { readonly kind: "paused" }
  | { readonly kind: "denied"; readonly text: string };

export interface LiveOptions {
  readonly url: string;
  /** By the event's name, with its parsed data. */
  readonly on: Readonly<Record<string, (data: never) => void>>;
  readonly onState: (state: LiveState) => void;
}

/** After so long without a word (the server says something every few seconds) the connection is taken for dead. */
const SILENCE = 20_000;
/** A page in the background costs the daemon nothing after so long. */
const HIDDEN = 30_000;
const LONGEST_WAIT = 5000;

/** One stream of server-sent events, kept open while the page is looked at, until `close`. */
export class Live {
  readonly #options: LiveOptions;
  #source: EventSource | null = null;
  #live = false;
  #failures = 0;
  #retry: number | undefined;
  #silence: number | undefined;
  #hide: number | undefined;
  readonly #onVisibility = () => this.#visibility();

  constructor(options: LiveOptions) {
    this.#options = options;
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#connect();
  }

  /** Tries now rather than at the end of the wait. */
  retryNow(): void {
    if (this.#source === null) this.#connect();
  }

  /** Asks for the whole state anew. */
  again(): void {
    this.#connect();
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    clearTimeout(this.#hide);
    this.#drop();
  }

  #drop(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = null;
    this.#live = false;
  }

  #connect(): void {
    this.#drop();
    this.#options.onState({ kind: "connecting" });
    const source = new EventSource(this.#options.url);
    this.#source = source;
    source.addEventListener("open", () => this.#listen());
    source.addEventListener("error", () => void this.#failed());
    for (const [name, handler] of Object.entries(this.#options.on)) {
      source.addEventListener(name, (event) => {
        this.#heard();
        handler(JSON.parse(event.data) as never);
      });
    }
    source.addEventListener("ping", () => this.#heard());
  }

  /** Each stream begins with the whole state: an open connection that has not told it yet is not live. */
  #heard(): void {
    if (!this.#live) {
      this.#live = true;
      this.#failures = 0;
      this.#options.onState({ kind: "live" });
    }
    this.#listen();
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => void this.#failed(), SILENCE);
  }

  /** The browser would try again too, but not after an HTTP error, and it would not say when. */
  async #failed(): Promise<void> {
    this.#drop();
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures);
    this.#failures++;
    this.#options.onState({ kind: "waiting", at: Date.now() + wait });
    this.#retry = setTimeout(() => this.#connect(), wait);
    const text = await refusal(this.#options.url);
    if (text === null || this.#source !== null) return;
    clearTimeout(this.#retry);
    this.#options.onState({ kind: "denied", text });
  }

  #visibility(): void {
    clearTimeout(this.#hide);
    if (document.visibilityState === "visible") {
      if (this.#source === null) this.#connect();
      return;
    }
    this.#hide = setTimeout(() => {
      this.#drop();
      this.#options.onState({ kind: "paused" });
    }, HIDDEN);
  }
}

/** Why the server will not have us, which no waiting mends; null where it just does not answer. */
async function refusal(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(3000) });
    if (response.status === 401) return "the user name or password is not accepted any more";
    if (response.status === 404) return "what was shown here is gone";
    return null;
  } catch {
    return null;
  }
}
