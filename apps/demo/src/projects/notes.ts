import { Injectable } from '@nestjs/common';

/** What people write on projects. In memory: the demo is about who may write. */
@Injectable()
export class Notes {
  readonly #notes = new Map<string, string>();

  of(organization: string, project: string): string {
    return this.#notes.get(`${organization}/${project}`) ?? '';
  }

  write(organization: string, project: string, text: string): void {
    this.#notes.set(`${organization}/${project}`, text.slice(0, 2_000));
  }
}
