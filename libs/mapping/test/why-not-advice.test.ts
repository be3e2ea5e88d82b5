import { expect, it } from 'vitest';
import { claimsOf, evaluate, MappingIndex, whyNot } from '../src/index.js';
import { context, source } from './organization.js';

const mapping = { id: 'm', source, role: 'member', claim: 'groups', value: 'Engineering' };

it.each([
  [[], 'The claim `groups` came without a usable value'],
  [['Sales'], 'None of the values sent in `groups` matches `Engineering`'],
])('M10: a mismatch with %j says whether anything was sent', (groups, begins) => {
  const evaluation = evaluate(new MappingIndex([mapping]), claimsOf({ groups }), context());
  const reason = whyNot(evaluation, mapping);
  expect(reason?.code).toBe('value-mismatch');
  expect(reason?.message.startsWith(begins), reason?.message).toBe(true);
});
