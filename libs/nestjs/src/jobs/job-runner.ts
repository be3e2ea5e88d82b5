import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { causeText } from '../cause-text.js';

/** Between two looks for work that another instance left, or that nobody told of. */
const POLL_MS = 5_000;

/**
 * Does jobs one batch after the other while the app runs, and looks for them: at once where this instance made one, every
 * few seconds otherwise. Several instances share them; none does another's batch.
 */
export class JobRunner implements OnApplicationBootstrap {
  readonly #logger = new Logger('IdpRoles');
  #stopping = false;
  #kicked = false;
  #wake: (() => void) | undefined;
  #loop: Promise<void> = Promise.resolve();
  #failing = false;

  /** `work` does one batch, if there is any. */
  constructor(
    private readonly work: () => Promise<'idle' | 'worked'>,
    private readonly pollMs = POLL_MS,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop = this.#run();
  }

  /** There may be work. */
  kick(): void {
    this.#kicked = true;
    this.#wake?.();
  }

  /** Resolves once the batch under way is done; another begins nowhere. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#kicked = false;
      if ((await this.#attempt()) === 'idle') await this.#pause();
      else await yieldToOthers();
    }
  }

  async #attempt(): Promise<'idle' | 'worked'> {
    try {
      const outcome = await this.work();
      this.#failing = false;
      return outcome;
    } catch (error) {
      // Told once: a store that is away would fill the log.
      if (!this.#failing && !this.#stopping) {
        this.#logger.error(`jobs wait: ${causeText(error)}`);
      }
      this.#failing = true;
      return 'idle';
    }
  }

  /** Instances do not all look at the same time. */
  #pause(): Promise<void> {
    if (this.#stopping || (this.#kicked && !this.#failing)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, this.pollMs * (0.75 + Math.random() / 2)).unref();
      this.#wake = done;
    });
  }
}
