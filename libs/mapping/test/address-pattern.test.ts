import { describe, expect, it } from 'vitest';
import { claimsOf, evaluate, MappingIndex, parseRoleMapping, whyNot, type Condition } from '../src/index.js';
import { context, source } from './organization.js';

type Asked = Omit<Condition, 'claim'>;

function judged(asked: Asked, email: unknown, more: Parameters<typeof context>[0] = {}) {
  const mapping = { id: 'm', source, role: 'member', claim: 'email', ...asked };
  const further = {
    id: 'n',
    source,
    role: 'guest',
    claim: 'groups',
    value: 'A',
    also: [{ claim: 'mail', ...asked }],
  };
  const claims = claimsOf({ email, groups: ['A'] });
  const evaluation = evaluate(new MappingIndex([mapping, further]), claims, context(more));
  return {
    given: evaluation.grants.map(({ role }) => role).toSorted(),
    why: whyNot(evaluation, mapping)?.code,
  };
}

describe('M5: every match on an e-mail claim', () => {
  it.each<[string, Asked, unknown]>([
    ['exact', { value: 'boss@acme.test' }, 'boss@acme.test'],
    ['exact in any case', { value: 'boss@acme.test', caseInsensitive: true }, 'Boss@ACME.test'],
    ['a glob with the whole domain', { match: 'glob', value: 'admin-*@acme.test' }, 'admin-1@acme.test'],
    ['a glob of the local part', { match: 'glob', value: 'admin-*' }, 'admin-1@wherever.test'],
    ['a prefix of the local part', { match: 'prefix', value: 'admin-' }, 'admin-1@wherever.test'],
  ])('%s is met', (_, asked, email) => {
    expect(judged(asked, email)).toEqual({ given: ['guest', 'member'], why: undefined });
  });

  it.each<[string, Asked, unknown]>([
    ['two @', { match: 'glob', value: '*@acme.test' }, 'x@evil@acme.test'],
    ['two @ after a prefix', { match: 'prefix', value: 'admin-' }, 'admin-@evil@acme.test'],
    ['no address', { match: 'glob', value: 'admin-*' }, 'admin-1'],
    ['no domain', { match: 'prefix', value: 'admin-' }, 'admin-1@'],
    ['an exact value with two @', { value: 'x@evil@acme.test' }, 'x@evil@acme.test'],
    ['an exact value without', { value: 'boss' }, 'boss'],
    ['half a domain before *', { match: 'glob', value: '*@acme.*' }, 'x@acme.evil.io'],
    ['half a domain after *', { match: 'glob', value: '*acme.test' }, 'x@evil-acme.test'],
    ['a domain below', { match: 'glob', value: '*@*.acme.test' }, 'x@sub.acme.test'],
    ['a prefix that reaches into the domain', { match: 'prefix', value: 'boss@acme' }, 'boss@acme.evil.io'],
  ])('%s is not', (_, asked, email) => {
    expect(judged(asked, email)).toEqual({ given: [], why: 'value-mismatch' });
  });

  it.each<Asked>([
    { value: 'boss@globex.test' },
    { match: 'glob', value: '*@globex.test' },
    { match: 'glob', value: 'b*@GLOBEX.test', caseInsensitive: true },
  ])('a domain it names must be proven: %j', (asked) => {
    expect(judged(asked, 'boss@globex.test')).toEqual({ given: [], why: 'domain-unproven' });
    expect(judged(asked, 'boss@globex.test', { anyDomain: true }).given).toEqual(['guest', 'member']);
  });

  it.each<[Asked, boolean]>([
    [{ match: 'glob', value: '*@acme.test' }, true],
    [{ match: 'prefix', value: 'admin-' }, true],
    [{ match: 'present' }, true],
    [{ match: 'glob', value: '*@acme.*' }, false],
    [{ match: 'glob', value: '*.acme.test' }, false],
    [{ match: 'glob', value: '@acme.test' }, false],
    [{ match: 'prefix', value: 'a@acme.test' }, false],
    [{ match: 'exact', value: '@acme.test' }, false],
    [{ value: 'nobody' }, false],
  ])('%j may be written: %s', (asked, ok) => {
    const parsed = parseRoleMapping({ id: 'm', source, role: 'member', claim: 'mail', ...asked });
    expect(parsed.ok ? [] : parsed.problems.map(({ path, code }) => `${path}: ${code}`)).toEqual(
      ok ? [] : ['value: domain-invalid'],
    );
  });

  it('says no: whatever its spelling', () => {
    const mapping = { id: 'm', source, role: 'member', claim: 'email', value: '@acme.test' };
    const index = new MappingIndex([mapping]);
    for (const said of [false, 'False', 0, '0', 'no', null, ' false']) {
      const evaluation = evaluate(index, claimsOf({ email: 'a@acme.test', email_verified: said }), context());
      expect(evaluation.grants).toEqual([]);
      expect(whyNot(evaluation, mapping)?.code).toBe('email-unverified');
    }
  });
});
