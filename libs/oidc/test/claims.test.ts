import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { completeClaims } from '../src/complete-claims.js';
import { personOf } from '../src/person.js';
import { checkRequiredClaims } from '../src/required-claims.js';
import { connect } from './browser.js';
import { json, newKey, Op } from './op.js';

let op: Op;
beforeAll(async () => {
  op = await Op.start();
});
afterAll(() => op.close());
afterEach(() => {
  Object.assign(op, { patienceMs: 5_000, metadata: {}, claims: {}, userInfo: undefined });
  op.instead.clear();
});

const names = ({ byName }: { byName: ReadonlyMap<string, unknown> }) => [...byName.keys()];

describe('what a sign-in says', () => {
  it('issuer, subject, session, e-mail, name, ID token and a key against replay', async () => {
    op.claims = {
      sid: 's-1',
      email: 'alice@acme.test',
      email_verified: true,
      name: 'Alice',
      groups: ['Engineering'],
    };
    const signIn = await connect(op).signIn();
    expect(signIn).toMatchObject({
      issuer: op.issuer,
      subject: 'alice',
      format: 'sub',
      sessionIndex: 's-1',
      email: 'alice@acme.test',
      emailVerified: true,
      name: 'Alice',
    });
    expect(signIn.idToken).toMatch(/^eyJ/);
    expect(signIn.claims.byName.get('groups')).toEqual({ name: 'groups', value: ['Engineering'] });
    expect(signIn.claims.partial).toBeUndefined();
    expect(signIn.replayKey?.expiresAt).toBeGreaterThan(Date.now() + 600_000);
  });

  it('no two sign-ins share the key against replay, and equal people have equal claims', async () => {
    const browser = connect(op);
    const [one, two] = [await browser.signIn(), await browser.signIn()];
    expect(one.replayKey?.id).not.toBe(two.replayKey?.id);
    expect(one.claims).toEqual(two.claims);
  });

  it('claims of every JSON type and name are data', async () => {
    const odd = {
      n: 1,
      t: true,
      z: null,
      o: { a: [1] },
      __proto__x: 1,
      constructor: 'c',
      '': 'e',
      groups: Array(5_000).fill('g'),
    };
    op.claims = { ...odd, ['__proto__']: 'p', email: 7, name: ['x'], sid: 4 };
    const signIn = await connect(op).signIn();
    expect(signIn.claims.byName.get('__proto__')).toEqual({ name: '__proto__', value: 'p' });
    expect(signIn.claims.byName.get('constructor')?.value).toBe('c');
    expect(signIn.claims.byName.get('groups')?.value).toHaveLength(5_000);
    expect([signIn.email, signIn.name, signIn.sessionIndex]).toEqual([undefined, undefined, undefined]);
  });

  it('M9: an overage marker makes groups incomplete, and its URL is not called', async () => {
    op.claims = {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: `${op.issuer}/groups-of-alice` } },
    };
    const { claims } = await connect(op).signIn();
    expect(claims.incomplete.get('groups')).toBe('_claim_names');
    expect(op.count('/groups-of-alice')).toBe(0);
  });
});

describe('L4: subjects by another claim', () => {
  it('is taken from the ID token, with a format of its own', async () => {
    op.claims = { oid: 'o-1' };
    const signIn = await connect(op, { subjectClaim: 'oid' }).signIn();
    expect([signIn.subject, signIn.format]).toEqual(['o-1', 'claim:oid']);
  });

  it.each([undefined, '', 7, 'x'.repeat(256), ['o-1']])('%s is no subject', async (oid) => {
    op.claims = { oid };
    const signIn = connect(op, { subjectClaim: 'oid' }).signIn();
    await expect(signIn).rejects.toMatchObject({ code: 'subject-claim-missing' });
  });

  it('UserInfo does not say who a person is', async () => {
    op.userInfo = { oid: 'o-1' };
    const signIn = connect(op, { subjectClaim: 'oid', useUserInfo: true }).signIn();
    await expect(signIn).rejects.toMatchObject({ code: 'subject-claim-missing' });
  });
});

describe('L2: UserInfo completes the ID token', () => {
  it('with what the token does not say; what it says stands', async () => {
    op.claims = { groups: ['Engineering'] };
    op.userInfo = { groups: ['Finance'], department: 'Design', email: 'a@acme.test', email_verified: true };
    const signIn = await connect(op, { useUserInfo: true }).signIn();
    expect(signIn.claims.byName.get('groups')?.value).toEqual(['Engineering']);
    expect(signIn.claims.byName.get('department')?.value).toBe('Design');
    expect([signIn.email, signIn.emailVerified]).toEqual(['a@acme.test', true]);
    expect(signIn.claims.partial).toBeUndefined();
  });

  it('only where the connection says so', async () => {
    op.userInfo = { department: 'Design' };
    const before = op.count('/userinfo');
    expect(names((await connect(op).signIn()).claims)).not.toContain('department');
    expect(op.count('/userinfo')).toBe(before);
  });

  it('of another subject is a refusal', async () => {
    op.userInfo = { sub: 'bob', groups: ['Admins'] };
    const browser = connect(op, { useUserInfo: true });
    await expect(browser.signIn()).rejects.toMatchObject({ code: 'user-info-subject-mismatch' });
    expect(browser.verified).toEqual([]);
  });

  it.each<[string, Parameters<Op['instead']['set']>[1]]>([
    ['500', (_, response) => json(response, { error: 'x' }, 500)],
    ['401', (_, response) => void response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()],
    ['a page', (_, response) => void response.end('<html>')],
    ['an array', (_, response) => json(response, [])],
    ['no subject', (_, response) => json(response, { groups: ['Admins'] })],
    ['too much', (_, response) => void response.end(Buffer.alloc(1_048_577))],
    ['silence', () => {}],
  ])('that answers %s leaves the claims partial, and the person signs in', async (kind, answer) => {
    op.instead.set('/userinfo', answer);
    if (kind === 'silence') op.patienceMs = 500;
    const signIn = await connect(op, { useUserInfo: true }).signIn();
    expect(signIn.claims.partial).toBe('userinfo-failed');
    expect(signIn.warnings).toHaveLength(1);
    expect(names(signIn.claims)).not.toContain('groups');
  });

  it('that the IdP does not have leaves the claims partial', async () => {
    op.metadata = { userinfo_endpoint: undefined };
    const signIn = await connect(op, { useUserInfo: true }).signIn();
    expect(signIn.claims.partial).toBe('userinfo-failed');
  });

  it('that is signed is believed by its signature', async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      sub: 'alice',
      iss: op.issuer,
      aud: op.clientId,
      iat: now,
      exp: now + 60,
      groups: ['Finance'],
    };
    let key = op.signing;
    op.instead.set('/userinfo', async (_, response) => {
      response.setHeader('content-type', 'application/jwt');
      response.end(await op.sign({ ...claims }, key));
    });
    const good = await connect(op, { useUserInfo: true }).signIn();
    expect(good.claims.byName.get('groups')?.value).toEqual(['Finance']);
    key = { ...(await newKey('k9')), kid: op.signing.kid };
    const forged = await connect(op, { useUserInfo: true }).signIn();
    expect([forged.claims.partial, names(forged.claims).includes('groups')]).toEqual([
      'userinfo-failed',
      false,
    ]);
  });

  it('a verification counts only for the address that was verified', () => {
    const verified = { email: 'alice@acme.test', email_verified: true };
    expect(personOf(completeClaims({ email: 'eve@acme.test' }, verified))).toEqual({
      email: 'eve@acme.test',
    });
    expect(personOf(completeClaims({ email: 'alice@acme.test' }, verified)).emailVerified).toBe(true);
    expect(personOf(completeClaims({}, verified)).emailVerified).toBe(true);
    expect(personOf(completeClaims({ email_verified: false }, verified)).emailVerified).toBe(false);
  });

  it('pointers to claims elsewhere add up', () => {
    const merged = completeClaims(
      { _claim_names: { groups: 'a' } },
      { _claim_names: { roles: 'b', groups: 'c' } },
    );
    expect(merged['_claim_names']).toEqual({ groups: 'a', roles: 'b' });
  });
});

describe('L4: whether the e-mail is verified', () => {
  it.each<[Record<string, unknown>, boolean | undefined]>([
    [{}, undefined],
    [{ email_verified: null }, false],
    [{ email_verified: true }, true],
    [{ email_verified: 'true' }, true],
    [{ email_verified: false }, false],
    [{ email_verified: 'false' }, false],
    [{ email_verified: 'yes' }, false],
    [{ email_verified: [] }, false],
    [{ xms_edov: true }, true],
    [{ xms_edov: '0' }, false],
    [{ email_verified: false, xms_edov: true }, false],
    [{ email_verified: true, xms_edov: false }, false],
    [{ 'https://acme.test/email_verified': 0 }, false],
  ])('%j → %s', (claims, verified) => expect(personOf(claims).emailVerified).toBe(verified));

  it('a name may come in two parts', () => {
    expect(personOf({ given_name: 'Alice', family_name: 'Liddell' }).name).toBe('Alice Liddell');
    expect(personOf({ family_name: 'Liddell' }).name).toBe('Liddell');
    expect(personOf({ name: ' ' }).name).toBeUndefined();
  });
});

describe('L10: required claims', () => {
  const required = { requiredClaims: { hd: 'acme.test', tid: ['t1', 't2'] } };

  it.each([[{ hd: 'acme.test', tid: 't2' }], [{ hd: ['other.test', 'acme.test'], tid: 't1' }]])(
    '%j is let through',
    async (claims) => {
      op.claims = claims;
      expect((await connect(op, required).signIn()).subject).toBe('alice');
    },
  );

  it.each([
    [{}],
    [{ hd: 'acme.test' }],
    [{ hd: 'ACME.test', tid: 't1' }],
    [{ hd: 'acme.test.evil.io', tid: 't1' }],
    [{ hd: { 'acme.test': true }, tid: 't1' }],
    [{ hd: [['acme.test']], tid: 't1' }],
    [{ hd: 'acme.test', tid: null }],
    [{ hd: 'acme.test', tid: [] }],
  ])('%j is refused before verify is called', async (claims) => {
    op.claims = claims;
    const browser = connect(op, required);
    await expect(browser.signIn()).rejects.toMatchObject({ code: 'required-claim-unmet' });
    expect(browser.verified).toEqual([]);
  });

  it('an inherited claim is none', () => {
    const claims = Object.create({ hd: 'acme.test' }) as Record<string, unknown>;
    expect(() => checkRequiredClaims(claims, { hd: 'acme.test' })).toThrow('`hd`');
  });

  it('numbers and booleans are compared by their text; inherited names are not claims', async () => {
    op.claims = { level: 3, staff: true };
    const browser = connect(op, { requiredClaims: { level: '3', staff: 'true' } });
    expect((await browser.signIn()).subject).toBe('alice');
    const inherited = connect(op, { requiredClaims: { toString: 'x' } }).signIn();
    await expect(inherited).rejects.toMatchObject({ code: 'required-claim-unmet' });
  });
});
