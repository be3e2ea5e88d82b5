import {
  patchGroup,
  patchUser,
  readUser,
  uris,
  type GroupChange,
  type UserAttributes,
} from '../src/index.js';

export const patchOp = (...operations: unknown[]) => ({ schemas: [uris.patchOp], Operations: operations });

/** Of the user or group that is patched. */
export const resourceId = 'g1';

/** What the operations make of this user. */
export const patched = (user: Readonly<Record<string, unknown>>, ...operations: unknown[]): UserAttributes =>
  patchUser(patchOp(...operations), resourceId)(user);

export const groupChanges = (...operations: unknown[]): readonly GroupChange[] =>
  patchGroup(patchOp(...operations), resourceId);

export const enterprise = uris.enterpriseUser;

export const alice = readUser({
  schemas: [uris.user, enterprise],
  userName: 'alice',
  externalId: 'e-1',
  name: { givenName: 'Alice', familyName: 'Ames' },
  emails: [
    { value: 'alice@acme.test', type: 'work', primary: true },
    { value: 'alice@home.test', type: 'home' },
  ],
  addresses: [{ type: 'work', locality: 'Bern', country: 'CH' }],
  [enterprise]: { department: 'Tools', manager: { value: 'm1', $ref: '../Users/m1' } },
});
