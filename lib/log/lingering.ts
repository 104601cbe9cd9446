/** Those who are closed and not done: found by where they write, and waited for. */
export class Lingering<T> {
  readonly #at = new Map<string, Set<T>>();
  #waiting: (() => void)[] = [];

  add(path: string, one: T): void {
    this.#at.set(path, (this.#at.get(path) ?? new Set()).add(one));
  }

  delete(path: string, one: T): void {
    const there = this.#at.get(path);
    there?.delete(one);
    if (there?.size === 0) this.#at.delete(path);
    if (this.#at.size > 0) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** In the order in which they came. */
  at(path: string): readonly T[] {
    return [...(this.#at.get(path) ?? [])];
  }

  /** Resolves when nobody is left. */
  settled(): Promise<void> {
    if (this.#at.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
