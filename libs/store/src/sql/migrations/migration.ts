import type { ColumnTypes } from '../home.js';

/** Forward only. Once released, a migration is never edited: what comes after it is another one. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  statements(types: ColumnTypes): readonly string[];
}
