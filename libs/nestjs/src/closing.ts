import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** Closes what this module opened, last opened first; what a host passed in stays the host's (D7). */
@Injectable()
export class Closing implements OnApplicationShutdown {
  readonly #opened: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.#opened.push(close);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const close of this.#opened.splice(0).reverse()) await close();
  }
}
