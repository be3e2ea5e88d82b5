import { beforeAll, describe, expect, it } from 'vitest';
import type { TestAttribute } from './response-builder.js';
import { makeBench, type Bench } from './verification.js';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});

const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const read = (attributes: readonly TestAttribute[], nameId = 'a1b2c3', format?: string) =>
  bench.verify(bench.signed({ attributes, nameId, ...(format !== undefined && { format }) }));
const valueOf = (signIn: ReturnType<Bench['verify']>, name: string) => signIn.claims.byName.get(name)?.value;

describe('claims', () => {
  it('M2: attributes of identical Name are merged, others are not', () => {
    const signIn = read([
      { name: 'groups', friendlyName: 'memberOf', values: ['a'] },
      { name: 'Groups', values: ['b'] },
      { name: 'groups', values: ['c'] },
    ]);
    expect(valueOf(signIn, 'groups')).toEqual(['a', 'c']);
    expect(valueOf(signIn, 'Groups')).toEqual(['b']);
    expect(signIn.claims.byName.get('groups')?.friendlyName).toBe('memberOf');
  });

  it('M9: an attribute without values is present and empty', () => {
    expect(valueOf(read([{ name: 'groups' }]), 'groups')).toEqual([]);
    expect(valueOf(read([]), 'groups')).toBeUndefined();
  });

  it('M3: nil and nested values are none, a nested NameID is its text', () => {
    const xml = [
      '<saml:AttributeValue xsi:nil="true"/>',
      '<saml:AttributeValue><x>nested</x></saml:AttributeValue>',
      '<saml:AttributeValue><saml:NameID>opaque</saml:NameID></saml:AttributeValue>',
      '<saml:AttributeValue>a<!-- -->b<![CDATA[<c>]]>&amp;</saml:AttributeValue>',
      '<saml:AttributeValue> untrimmed </saml:AttributeValue>',
    ].join('');
    expect(valueOf(read([{ name: 'x', xml }]), 'x')).toEqual(['opaque', 'ab<c>&', ' untrimmed ']);
  });

  it('L2: `__proto__`, `nameID`, `issuer` and the like are ordinary names', () => {
    const names = [
      '__proto__',
      'constructor',
      'nameID',
      'nameIDFormat',
      'issuer',
      'subject',
      'claims',
      'replayKey',
    ];
    const signIn = read(names.map((name) => ({ name, values: ['evil'] })));
    expect([...signIn.claims.byName.keys()]).toEqual(names);
    for (const name of names) expect(valueOf(signIn, name)).toEqual(['evil']);
    expect(signIn).toMatchObject({ subject: 'a1b2c3', issuer: bench.settings.idpIssuer });
    expect(Object.getPrototypeOf(signIn)).toBe(Object.prototype);
    expect(signIn.replayKey.id).toBe('_assertion-1');
  });

  it('M9: the marker of too many groups makes the groups incomplete', () => {
    const groups = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
    const link = 'http://schemas.microsoft.com/claims/groups.link';
    const signIn = read([{ name: link, values: ['https://graph.windows.net/x'] }]);
    expect(signIn.claims.incomplete.get(groups)).toBe('groups.link');
  });
});

describe('the person', () => {
  it.each([
    'email',
    'mail',
    'Email',
    'emailAddress',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    'urn:oid:0.9.2342.19200300.100.1.3',
    'User.email',
  ])('M2: the e-mail is found under `%s`', (name) => {
    expect(read([{ name, values: ['', ' alice@acme.test '] }]).email).toBe('alice@acme.test');
  });

  it('M2: and by FriendlyName, after every Name', () => {
    const friendly = { name: 'urn:x', friendlyName: 'mail', values: ['friendly@acme.test'] };
    expect(read([friendly]).email).toBe('friendly@acme.test');
    expect(read([friendly, { name: 'mail', values: ['named@acme.test'] }]).email).toBe('named@acme.test');
  });

  it('L4: an e-mail address as NameID stands in for a missing one', () => {
    const signIn = read([], 'alice@acme.test', email);
    expect(signIn).toMatchObject({ subject: 'alice@acme.test', format: email, email: 'alice@acme.test' });
    expect(valueOf(signIn, 'email')).toEqual(['alice@acme.test']);
    const stated = read([{ name: 'mail', values: ['stated@acme.test'] }], 'alice@acme.test', email);
    expect(stated.email).toBe('stated@acme.test');
    expect(valueOf(stated, 'email')).toBeUndefined();
  });

  it('L4: a NameID of another format is no e-mail', () => {
    const signIn = read([], 'alice@acme.test');
    expect(signIn.email).toBeUndefined();
    expect(valueOf(signIn, 'email')).toBeUndefined();
  });

  it('L4: verified is said, denied or unsaid', () => {
    const said = (value: string, name = 'email_verified') => read([{ name, values: [value] }]).emailVerified;
    expect([said('true'), said('1'), said('False'), said('maybe'), said(''), read([]).emailVerified]).toEqual(
      [true, true, false, false, false, undefined],
    );
    for (const name of ['emailVerified', 'http://schemas.auth0.com/email_verified', 'xms_edov'])
      expect([said('true', name), said('0', name)]).toEqual([true, false]);
  });

  it('finds a display name, or makes it of two', () => {
    expect(read([{ name: 'displayName', values: ['Alice A.'] }]).name).toBe('Alice A.');
    const parts = [
      { name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname', values: ['Adams'] },
      { name: 'firstName', values: ['Alice'] },
    ];
    expect(read(parts).name).toBe('Alice Adams');
    expect(read([]).name).toBeUndefined();
  });

  it('takes no format for unspecified', () => {
    const signIn = bench.verify(bench.signed({ format: undefined }));
    expect(signIn.format).toBe('urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified');
  });
});
