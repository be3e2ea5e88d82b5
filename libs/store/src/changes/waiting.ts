interface Waiter {
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

/** Those who wait for a turn that has yet to begin: one under way may have looked before they asked. */
export class Waiting {
  #asked: Waiter[] = [];
  #served: Waiter[] = [];

  next(): Promise<void> {
    return new Promise((done, failed) => this.#asked.push({ done, failed }));
  }

  get some(): boolean {
    return this.#asked.length > 0;
  }

  begin(): void {
    this.#served.push(...this.#asked.splice(0));
  }

  succeed(): void {
    for (const { done } of this.#served.splice(0)) done();
  }

  fail(cause: unknown): void {
    for (const { failed } of [...this.#served.splice(0), ...this.#asked.splice(0)]) failed(cause);
  }
}
