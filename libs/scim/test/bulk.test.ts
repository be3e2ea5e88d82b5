import { describe, expect, it } from 'vitest';
import { readBulk, runBulk, ScimError, uris, type BulkOperation, type BulkOutcome } from '../src/index.js';
import { refusal } from './refusal.js';

const bulk = (operations: unknown, more: object = {}) => ({
  schemas: [uris.bulkRequest],
  ...more,
  Operations: operations,
});
const limits = { maxOperations: 100 };

/** Runs them; makes ids of bulkIds. */
async function run(
  body: unknown,
  outcome: (operation: BulkOperation) => Partial<BulkOutcome> | void = () => {},
) {
  const executed: BulkOperation[] = [];
  const response = await runBulk(readBulk(body, limits), async (operation) => {
    executed.push(operation);
    const status = operation.method === 'POST' ? 201 : 200;
    return { status, id: operation.bulkId && `id-${operation.bulkId}`, ...outcome(operation) };
  });
  return { executed, response, statuses: response.Operations.map(({ status }) => status) };
}

const post = (bulkId: string, data: unknown = {}, path = '/Users') => ({
  method: 'POST',
  path,
  bulkId,
  data,
});

const failing = ({ bulkId }: BulkOperation) => {
  if (bulkId !== 'c') throw new ScimError(400, 'invalidValue', 'no');
};

describe('a bulk request (RFC 7644, section 3.7)', () => {
  it('runs one after the other, and answers each', async () => {
    const { executed, response } = await run(
      bulk([
        post('a', { userName: 'a' }),
        { method: 'put', path: '/Users/u%201', version: 'W/"3"', data: { userName: 'b' } },
        { method: 'DELETE', path: '/Groups/g1' },
      ]),
      ({ method }) =>
        method === 'DELETE' ? { status: 204 } : { location: 'https://x/Users/1', version: 'W/"4"' },
    );
    expect(executed).toEqual([
      { method: 'POST', resource: 'Users', bulkId: 'a', data: { userName: 'a' } },
      { method: 'PUT', resource: 'Users', id: 'u 1', version: 'W/"3"', data: { userName: 'b' } },
      { method: 'DELETE', resource: 'Groups', id: 'g1' },
    ]);
    expect(response).toEqual({
      schemas: [uris.bulkResponse],
      Operations: [
        { method: 'POST', bulkId: 'a', location: 'https://x/Users/1', version: 'W/"4"', status: '201' },
        { method: 'PUT', location: 'https://x/Users/1', version: 'W/"4"', status: '200' },
        { method: 'DELETE', status: '204' },
      ],
    });
  });

  it('puts ids for references: in data, in paths, in filters, made before or after', async () => {
    const { executed } = await run(
      bulk([
        post('g', { displayName: 'x', members: [{ value: 'bulkId:u' }, { value: 'other' }] }, '/Groups'),
        post('u', { userName: 'u' }),
        {
          method: 'PATCH',
          path: '/Groups/bulkId:g',
          data: { Operations: [{ path: 'members[value eq "bulkId:u"]' }] },
        },
      ]),
    );
    expect(executed.map(({ method, id }) => [method, id])).toEqual([
      ['POST', undefined],
      ['POST', undefined],
      ['PATCH', 'id-g'],
    ]);
    expect(executed[0]).toMatchObject({ bulkId: 'u' });
    expect(executed[1]?.data).toMatchObject({ members: [{ value: 'id-u' }, { value: 'other' }] });
    expect(executed[2]?.data).toEqual({ Operations: [{ path: 'members[value eq "id-u"]' }] });
  });

  it('refuses references that go round in a circle, to themselves, to nothing, and to what failed', async () => {
    const { statuses, executed } = await run(
      bulk([
        post('a', { members: [{ value: 'bulkId:b' }] }, '/Groups'),
        post('b', { members: [{ value: 'bulkId:a' }] }, '/Groups'),
        post('c', { members: [{ value: 'bulkId:c' }] }, '/Groups'),
        post('d', { members: [{ value: 'bulkId:nobody' }] }, '/Groups'),
        post('fails'),
        post('e', { members: [{ value: 'bulkId:fails' }] }, '/Groups'),
        post('f'),
      ]),
      ({ bulkId }) => (bulkId === 'fails' ? { status: 409, response: { detail: 'taken' } } : undefined),
    );
    expect(statuses).toEqual(['409', '409', '409', '400', '409', '409', '201']);
    expect(executed.map(({ bulkId }) => bulkId)).toEqual(['fails', 'f']);
  });

  it('goes on after failures, unless failOnErrors says how many are enough', async () => {
    const operations = ['a', 'b', 'c', 'd'].map((id) => post(id));
    expect((await run(bulk(operations), failing)).statuses).toEqual(['400', '400', '201', '400']);
    expect((await run(bulk(operations, { failOnErrors: 2 }), failing)).statuses).toEqual(['400', '400']);
    const { response } = await run(bulk(operations, { failOnErrors: 1 }), failing);
    expect(response.Operations).toMatchObject([
      { method: 'POST', bulkId: 'a', status: '400', response: { scimType: 'invalidValue', detail: 'no' } },
    ]);
  });

  it('ends at what nobody foresaw', async () => {
    const broken = run(bulk([post('a')]), () => {
      throw new TypeError('broken');
    });
    await expect(broken).rejects.toThrow(TypeError);
  });

  it.each<[string, unknown, number]>([
    ['no object', [], 400],
    ['another schema', { schemas: [uris.patchOp], Operations: [] }, 400],
    ['no operations', { schemas: [uris.bulkRequest] }, 400],
    ['an operation that is no object', bulk(['x']), 400],
    ['an unknown method', bulk([{ method: 'GET', path: '/Users/1' }]), 400],
    ['a POST without bulkId', bulk([{ method: 'POST', path: '/Users', data: {} }]), 400],
    ['a POST to a resource', bulk([{ ...post('a'), path: '/Users/1' }]), 400],
    ['a PUT to no resource', bulk([{ method: 'PUT', path: '/Users' }]), 400],
    ['another path', bulk([{ method: 'DELETE', path: '/Users/1/roles' }]), 400],
    ['a path that leads elsewhere', bulk([{ method: 'DELETE', path: 'https://evil.test/Users/1' }]), 400],
    ['a path with a query', bulk([{ method: 'DELETE', path: '/Users/1?x=1' }]), 400],
    ['a path that is not encoded rightly', bulk([{ method: 'DELETE', path: '/Users/%zz' }]), 400],
    ['a bulkId twice', bulk([post('a'), post('a')]), 400],
    ['failOnErrors 0', bulk([], { failOnErrors: 0 }), 400],
    ['failOnErrors that is no number', bulk([], { failOnErrors: 'one' }), 400],
    ['101 operations', bulk(Array.from({ length: 101 }, (_, at) => post(`${at}`))), 413],
  ])('%s is refused whole', (_, body, status) => {
    expect(refusal(() => readBulk(body, limits))).toMatchObject({ status });
  });

  it('refuses the operation whose data is nested too deeply, and no other', async () => {
    let data: unknown = 'bulkId:a';
    for (let at = 0; at < 10_000; at++) data = [data];
    const { statuses } = await run(bulk([post('a'), post('b', data)]));
    expect(statuses).toEqual(['201', '400']);
  });

  it.each([
    ['quotes that never close', '"bulkId:\\'.repeat(40_000)],
    ['quotes that never close, short enough for a path', '"bulkId:\\'.repeat(900)],
  ])('reads %s once', async (_name, text) => {
    const began = performance.now();
    const { statuses } = await run(bulk(Array.from({ length: 100 }, (_, at) => post(`${at}`, [text]))));
    expect(new Set(statuses)).toEqual(new Set(['201']));
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('follows a chain as long as a request may be', async () => {
    const operations = Array.from({ length: 100 }, (_, at) =>
      post(`${at}`, at === 99 ? {} : { members: [{ value: `bulkId:${at + 1}` }] }, '/Groups'),
    );
    const { statuses, executed } = await run(bulk(operations));
    expect(new Set(statuses)).toEqual(new Set(['201']));
    expect(executed[0]?.bulkId).toBe('99');
  });
});
