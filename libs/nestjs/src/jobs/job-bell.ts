/** Rung after a commit that made a job; heard by this instance's runner. */
export class JobBell {
  #heard: (() => void) | undefined;

  answer(heard: () => void): void {
    this.#heard = heard;
  }

  ring(): void {
    this.#heard?.();
  }
}
