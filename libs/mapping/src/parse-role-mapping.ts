import { checkRoleMapping, type MappingFacts } from './check-role-mapping.js';
import { longestResourceId, roleMappingLimits } from './limits.js';
import type { MappingProblem } from './mapping-problem.js';
import { MappingReader } from './mapping-reader.js';
import { readCondition } from './read-condition.js';
import type { Condition, ResourceReference, RoleMapping, SyncMode } from './role-mapping.js';
import type { MappingSource } from './source.js';

export interface ParseOptions {
  /** Used where the input has no `id`: that of a mapping about to be made. */
  readonly id?: string;
  /** What the rules that look at the organization need (M5, M8, M13); without it only the shape is judged. */
  readonly facts?: MappingFacts;
}

export type ParsedRoleMapping =
  | { readonly ok: true; readonly mapping: RoleMapping }
  | { readonly ok: false; readonly problems: readonly MappingProblem[] };

const fields: ReadonlySet<string> = new Set<keyof RoleMapping>([
  'id',
  'source',
  'claim',
  'value',
  'match',
  'caseInsensitive',
  'split',
  'role',
  'resource',
  'syncMode',
  'also',
  'enabled',
  'note',
]);

/** M1: anything → a mapping, or every problem it has, each with its path. The result holds the known fields only, as they were given. */
export function parseRoleMapping(input: unknown, { id, facts }: ParseOptions = {}): ParsedRoleMapping {
  const reader = new MappingReader();
  const record = reader.record(input, '', fields);
  if (record === undefined) return { ok: false, problems: reader.problems };
  const draft = {
    id: record['id'] === undefined && id !== undefined ? id : reader.text(record['id'], 'id', 200),
    source: readSource(reader, record['source']),
    ...readCondition(reader, record, ''),
    role: reader.text(record['role'], 'role', 200),
    ...present('resource', readResource(reader, record['resource'])),
    ...present('syncMode', readSyncMode(reader, record['syncMode'])),
    ...present('also', readAlso(reader, record['also'])),
    ...present('enabled', reader.flag(record['enabled'], 'enabled')),
    ...present('note', record['note'] === undefined ? undefined : reader.note(record['note'], 'note')),
  };
  checkTogether(reader, draft);
  const problems =
    facts === undefined ? reader.problems : [...reader.problems, ...checkRoleMapping(draft, facts)];
  return problems.length === 0 ? { ok: true, mapping: draft as RoleMapping } : { ok: false, problems };
}

/** A field that may be left out stays out. */
function present<K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [name in K]?: V });
}

function readSource(reader: MappingReader, value: unknown): MappingSource | undefined {
  if (value === undefined)
    return reader.add('source', 'required', '`source` says whose claims count: {connection} or {directory}');
  const record = reader.record(value, 'source', new Set(['connection', 'directory']));
  if (record === undefined) return undefined;
  const { connection, directory } = record;
  if ((connection === undefined) === (directory === undefined)) {
    return reader.add('source', 'source-invalid', 'give exactly one of `connection` and `directory`');
  }
  if (connection !== undefined) {
    const id = reader.text(connection, 'source.connection', 200);
    return id === undefined ? undefined : { connection: id };
  }
  const id = reader.text(directory, 'source.directory', 200);
  return id === undefined ? undefined : { directory: id };
}

function readResource(reader: MappingReader, value: unknown): ResourceReference | undefined {
  if (value === undefined) return undefined;
  const record = reader.record(value, 'resource', new Set(['type', 'id']));
  if (record === undefined) return undefined;
  const type = reader.text(record['type'], 'resource.type', 200);
  const id = reader.text(record['id'], 'resource.id', longestResourceId);
  return type === undefined || id === undefined ? undefined : { type, id };
}

function readSyncMode(reader: MappingReader, value: unknown): SyncMode | undefined {
  if (value === undefined || value === 'force' || value === 'import') return value;
  return reader.add('syncMode', 'sync-mode-unknown', '`syncMode` is `force` or `import`');
}

function readAlso(reader: MappingReader, value: unknown): readonly Condition[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return reader.add('also', 'wrong-type', '`also` is a list of conditions');
  if (value.length > roleMappingLimits.also) {
    return reader.add('also', 'too-many', `at most ${roleMappingLimits.also} further conditions`);
  }
  return value.map((item: unknown, index) => {
    const path = `also.${index}`;
    const record = reader.record(
      item,
      path,
      new Set(['claim', 'value', 'match', 'caseInsensitive', 'split']),
    );
    return record === undefined ? { claim: '' } : readCondition(reader, record, `${path}.`);
  });
}

interface Draft extends Partial<Omit<RoleMapping, 'source'>> {
  readonly source: MappingSource | undefined;
}

/** Rules over more than one field: S4's and M6's. */
function checkTogether(reader: MappingReader, { source, syncMode, resource, match, value }: Draft): void {
  if (syncMode === 'import' && source !== undefined && 'directory' in source) {
    reader.add(
      'syncMode',
      'import-on-directory',
      'a directory has no first sign-in; leave `syncMode` out or make it `force`',
    );
  }
  const captures = [...(resource?.id ?? '').matchAll(/\$([1-9])/g)].map(([, digit]) => Number(digit));
  if (captures.length === 0) return;
  if (match !== 'glob') {
    reader.add(
      'resource.id',
      'captures-without-glob',
      '`$1`…`$9` stand for the `*` of a value; set `match` to `glob`',
    );
    return;
  }
  const stars = (value ?? '').split('*').length - 1;
  const beyond = captures.find((capture) => capture > stars);
  if (beyond !== undefined) {
    reader.add(
      'resource.id',
      'capture-out-of-range',
      `\`$${beyond}\` names a \`*\` that the value does not have`,
    );
  }
}
