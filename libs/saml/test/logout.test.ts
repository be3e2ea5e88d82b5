import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  logoutKindOf,
  makeLogoutRequest,
  makeLogoutResponse,
  verifyLogoutRequest,
  verifyLogoutResponse,
  type OutgoingRequest,
  type ReceivedLogout,
  type SamlErrorCode,
  type SamlSettings,
} from '../src/index.js';
import { makeSigningKey, type SigningKey } from './identity-provider.js';
import { byPost, byRedirect, logoutXml, signedXml, sloUrl, type LogoutParts } from './logout-builder.js';
import { acsUrl, at, entityId, idpIssuer, minute, now, persistent, second } from './response-builder.js';
import { codeOf } from './verification.js';

let key: SigningKey;
let stranger: SigningKey;
let settings: SamlSettings;

beforeAll(async () => {
  [key, stranger] = await Promise.all([makeSigningKey(), makeSigningKey()]);
  settings = {
    connection: 'con_1',
    idpIssuer,
    entryPoint: 'https://idp.test/sso',
    certificates: [key.certificate],
    entityId,
    acsUrl,
    sloUrl,
    logoutUrl: 'https://idp.test/slo',
  };
});

const bindings = ['redirect', 'post'] as const;
type Binding = (typeof bindings)[number];

function sent(binding: Binding, xml: string, by: SigningKey = key): ReceivedLogout {
  return binding === 'redirect' ? byRedirect(xml, by) : byPost(signedXml(xml, by));
}
const request = (received: ReceivedLogout, instant = now) => verifyLogoutRequest(received, settings, instant);
const refusal = (received: ReceivedLogout, instant = now) => codeOf(() => request(received, instant));

describe.each(bindings)('a LogoutRequest by %s', (binding) => {
  it('L9: says whose sessions end, and how long a copy must be known', () => {
    expect(request(sent(binding, logoutXml('LogoutRequest')))).toEqual({
      id: '_logout-1',
      nameId: { value: 'a1b2c3', format: persistent },
      sessionIndexes: ['_session-1'],
      replayKey: { id: '_logout-1', expiresAt: now + 11 * minute },
    });
    const all = logoutXml('LogoutRequest', { indexesXml: '', ends: undefined });
    expect(request(sent(binding, all)).sessionIndexes).toEqual([]);
  });

  it.each<[string, Partial<LogoutParts>, SamlErrorCode]>([
    ['of another version', { version: '1.1' }, 'logout-malformed'],
    [
      'of another IdP',
      { issuerXml: '<saml:Issuer>https://evil.test</saml:Issuer>' },
      'logout-issuer-mismatch',
    ],
    ['of no IdP', { issuerXml: '<samlp:Extensions/>' }, 'logout-malformed'],
    ['of two IdPs', { more: `<saml:Issuer>${idpIssuer}</saml:Issuer>` }, 'logout-malformed'],
    ['for another address', { destination: 'https://app.test/sso/con_2/slo' }, 'logout-destination-mismatch'],
    ['for no address', { destination: undefined }, 'logout-destination-mismatch'],
    ['of long ago', { issued: at(-11 * minute), ends: undefined }, 'logout-expired'],
    ['of the future', { issued: at(61 * second) }, 'logout-expired'],
    ['of no time', { issued: undefined }, 'logout-malformed'],
    ['that has ended', { ends: at(-61 * second) }, 'logout-expired'],
    ['of nobody', { nameIdXml: '' }, 'logout-subject-missing'],
    ['of a blank name', { nameIdXml: '<saml:NameID> </saml:NameID>' }, 'logout-subject-missing'],
    ['of two names', { more: '<saml:NameID>bob</saml:NameID>' }, 'assertion-malformed'],
    ['of an encrypted name', { nameIdXml: '<saml:EncryptedID/>' }, 'logout-encrypted'],
    [
      'of too many sessions',
      { indexesXml: '<samlp:SessionIndex>1</samlp:SessionIndex>'.repeat(101) },
      'logout-malformed',
    ],
    ['of far too many', { indexesXml: '<samlp:SessionIndex/>'.repeat(400) }, 'xml-too-many-elements'],
  ])('L2, L9: %s is refused', (_, changes, code) => {
    expect(refusal(sent(binding, logoutXml('LogoutRequest', changes)))).toBe(code);
  });

  it('L2: without an ID nothing could tell a copy', () => {
    const received =
      binding === 'redirect' ? byRedirect(logoutXml('LogoutRequest', { id: undefined }), key) : undefined;
    if (received) expect(refusal(received)).toBe('logout-malformed');
    else expect(refusal(byPost(logoutXml('LogoutRequest', { id: undefined })))).toBe('logout-unsigned');
  });

  it('L2: signed by a stranger it is refused; by any certificate of the connection it counts', () => {
    const received = sent(binding, logoutXml('LogoutRequest'), stranger);
    expect(refusal(received)).toBe('signature-invalid');
    const both = { ...settings, certificates: [key.certificate, stranger.certificate] };
    expect(verifyLogoutRequest(received, both, now).id).toBe('_logout-1');
  });

  it('L2: a LogoutResponse, a DOCTYPE and a bomb are none', () => {
    expect(refusal(sent(binding, logoutXml('LogoutResponse')))).toBe('logout-missing');
    const doctype = '<!DOCTYPE a [<!ENTITY b "c">]>' + logoutXml('LogoutRequest');
    const unsigned = byPost(doctype);
    expect(refusal(binding === 'post' ? unsigned : byRedirect(doctype, key))).toBe('xml-doctype');
    const large = logoutXml('LogoutRequest', { more: `<!--${'x'.repeat(100_000)}-->` });
    expect(refusal(binding === 'post' ? byPost(large) : byRedirect(large, key))).toBe('logout-too-large');
  });

  it('L2: what else the IdP signs is no LogoutRequest', () => {
    const other = sent(binding, logoutXml('LogoutResponse'));
    const renamed: ReceivedLogout =
      other.binding === 'redirect'
        ? byRedirect(logoutXml('LogoutResponse'), key, { parameter: 'SAMLRequest' })
        : { ...other, form: new Map([['SAMLRequest', other.form.get('SAMLResponse') ?? '']]) };
    expect(refusal(renamed)).toBe('logout-unexpected');
  });

  it('L9: where we have no address of our own, none is accepted', () => {
    const { sloUrl: _, ...without } = settings;
    const received = sent(binding, logoutXml('LogoutRequest', { destination: '' }));
    expect(codeOf(() => verifyLogoutRequest(received, without, now))).toBe('logout-destination-mismatch');
  });

  it('is good for ten minutes, and the clocks may differ by one', () => {
    const received = sent(binding, logoutXml('LogoutRequest', { ends: undefined }));
    const { replayKey } = request(received);
    expect(refusal(received, replayKey.expiresAt - 1)).toBe('accepted');
    expect(refusal(received, replayKey.expiresAt)).toBe('logout-expired');
  });
});

describe('a LogoutRequest by Redirect', () => {
  const good = () => byRedirect(logoutXml('LogoutRequest'), key, { relayState: 'a b' }).query;
  const altered = (change: (query: string) => string) =>
    refusal({ binding: 'redirect', query: change(good()) });

  it('brings its RelayState under the signature', () => {
    expect(request({ binding: 'redirect', query: good() }).relayState).toBe('a b');
    expect(altered((query) => query.replace('a%20b', 'evil'))).toBe('signature-invalid');
    expect(altered((query) => query.replace('&RelayState=a%20b', ''))).toBe('signature-invalid');
  });

  it('L2: the signature is over the characters as they were sent', () => {
    const lower = (query: string) => query.replace(/%[0-9A-F]{2}/, (escape) => escape.toLowerCase());
    expect(good()).not.toBe(lower(good()));
    expect(altered(lower)).toBe('signature-invalid');
  });

  it('L2: unsigned, it is not even inflated', () => {
    const bomb = deflateRawSync(Buffer.alloc(50_000_000)).toString('base64');
    const query = `SAMLRequest=${encodeURIComponent(bomb)}`;
    expect(refusal({ binding: 'redirect', query })).toBe('logout-unsigned');
    expect(refusal({ binding: 'redirect', query: `${query}&SigAlg=x&Signature=AAAA` })).toBe(
      query.length > 64 * 1024 ? 'logout-too-large' : 'signature-invalid',
    );
    expect(altered((found) => found.replace(/&Signature=.*/, ''))).toBe('logout-unsigned');
    expect(altered((found) => found.replace(/&SigAlg=[^&]*/, ''))).toBe('logout-unsigned');
  });

  it('L2: SHA-1, and an algorithm that nobody knows, are refused', () => {
    const xml = logoutXml('LogoutRequest');
    const sha1 = byRedirect(xml, key, {
      algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      hash: 'sha1',
    });
    expect(refusal(sha1)).toBe('signature-invalid');
    expect(refusal(byRedirect(xml, key, { algorithm: 'none' }))).toBe('signature-invalid');
  });

  it('L2: a parameter twice is refused, whichever of the two was signed', () => {
    for (const name of ['SAMLRequest', 'RelayState', 'SigAlg', 'Signature']) {
      expect(
        altered((query) => `${query}&${name}=x`),
        name,
      ).toBe('logout-malformed');
      expect(
        altered((query) => `${name}=x&${query}`),
        name,
      ).toBe('logout-malformed');
    }
  });

  it('refuses another encoding, and what is neither base64 nor percent-encoded', () => {
    expect(altered((query) => `${query}&SAMLEncoding=gzip`)).toBe('logout-malformed');
    const deflate = encodeURIComponent('urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE');
    expect(altered((query) => `${query}&SAMLEncoding=${deflate}`)).toBe('accepted');
    expect(altered((query) => query.replace(/&Signature=/, '&Signature=%'))).toBe('logout-malformed');
    expect(altered((query) => query.replace(/&Signature=/, '&Signature=!'))).toBe('logout-malformed');
  });
});

describe('a LogoutRequest by POST', () => {
  const refused = (xml: string) => refusal(byPost(xml));

  it('L2: unsigned is refused, and so is one altered after it was signed', () => {
    const xml = logoutXml('LogoutRequest');
    expect(refused(xml)).toBe('logout-unsigned');
    expect(refused(signedXml(xml, key).replace('a1b2c3', 'victim'))).toBe('signature-invalid');
    expect(refused(signedXml(xml, key).replace(sloUrl, `${sloUrl}x`))).toBe('signature-invalid');
  });

  it('L2: a signed one inside a forged one, and the other way round, is refused', () => {
    const inner = signedXml(logoutXml('LogoutRequest'), key);
    const forged = logoutXml('LogoutRequest', {
      id: '_evil',
      more: `<samlp:Extensions>${inner}</samlp:Extensions>`,
    });
    expect(refused(forged)).toBe('logout-unsigned');
    const signature = /<ds:Signature.*<\/ds:Signature>/s.exec(inner)?.[0] ?? '';
    const moved = logoutXml('LogoutRequest', {
      id: '_evil',
      more: `${signature}<samlp:Extensions>${inner.replace(signature, '')}</samlp:Extensions>`,
    });
    expect(refused(moved)).toBe('signature-malformed');
    expect(refused(inner.replace('</samlp:LogoutRequest>', `${signature}</samlp:LogoutRequest>`))).toBe(
      'signature-malformed',
    );
    const twice = logoutXml('LogoutRequest', { more: '<a xmlns="urn:a" ID="_logout-1"/>' });
    expect(refused(signedXml(twice, key))).toBe('response-malformed');
  });

  it('L2: SHA-1 is refused', () => {
    const xml = logoutXml('LogoutRequest');
    const method = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
    expect(refused(signedXml(xml, key, method))).toBe('signature-algorithm-refused');
    const digest = 'http://www.w3.org/2000/09/xmldsig#sha1';
    expect(refused(signedXml(xml, key, undefined, digest))).toBe('signature-algorithm-refused');
  });

  it('L2: comments do not cut a name', () => {
    const nameIdXml = '<saml:NameID>vic<!-- x -->tim</saml:NameID>';
    expect(request(byPost(signedXml(logoutXml('LogoutRequest', { nameIdXml }), key))).nameId.value).toBe(
      'victim',
    );
  });

  it('brings its RelayState along', () => {
    const received = byPost(signedXml(logoutXml('LogoutRequest'), key), 'there');
    expect(request(received).relayState).toBe('there');
  });
});

describe.each(bindings)('a LogoutResponse by %s', (binding) => {
  const answer = (changes: Partial<LogoutParts> = {}, by = key) =>
    verifyLogoutResponse(
      sent(binding, logoutXml('LogoutResponse', changes), by),
      settings,
      { requestId: '_request-1' },
      now,
    );
  const status = (...codes: string[]) => {
    const [code, ...inner] = codes;
    return `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}">${inner.length > 0 ? status(...inner) : ''}</samlp:StatusCode>`;
  };
  const statusXml = (...codes: string[]) => `<samlp:Status>${status(...codes)}</samlp:Status>`;

  it('L9: says whether the IdP ended its session', () => {
    expect(answer()).toBe('ended');
    expect(answer({ statusXml: statusXml('Success', 'PartialLogout') })).toBe('partial');
    expect(answer({ statusXml: statusXml('Responder', 'RequestDenied') })).toBe('refused');
  });

  it('L2: is refused unless it is signed, of now, for us, and answers our request', () => {
    expect(codeOf(() => answer({}, stranger))).toBe('signature-invalid');
    expect(codeOf(() => answer({ inResponseTo: '_other' }))).toBe('logout-unknown');
    expect(codeOf(() => answer({ inResponseTo: undefined }))).toBe('logout-unknown');
    expect(codeOf(() => answer({ destination: acsUrl }))).toBe('logout-destination-mismatch');
    expect(codeOf(() => answer({ issued: at(-12 * minute) }))).toBe('logout-expired');
    expect(codeOf(() => answer({ statusXml: '' }))).toBe('logout-malformed');
  });
});

describe('what we send', () => {
  const subject = {
    nameId: { value: 'a<&"1', format: persistent, nameQualifier: 'q', spNameQualifier: 's' },
    sessionIndex: '_s"1',
  };
  const options = { id: '_ours', relayState: 'state', now };

  /** As the IdP, whose keys are ours, would read it. */
  function received(out: OutgoingRequest | undefined): ReceivedLogout {
    if (out === undefined) throw new Error('nothing was sent');
    if ('redirectTo' in out) return { binding: 'redirect', query: new URL(out.redirectTo).search.slice(1) };
    return { binding: 'post', form: new Map(Object.entries(out.form.fields)) };
  }
  const theirs = (): SamlSettings => ({
    ...settings,
    idpIssuer: entityId,
    certificates: [stranger.certificate],
    sloUrl: 'https://idp.test/slo?tenant=1',
  });

  it.each(bindings)(
    'L9: by %s, a request signed with our key that names the person as the IdP did',
    (logoutBinding) => {
      const ours = {
        ...settings,
        logoutUrl: 'https://idp.test/slo?tenant=1',
        logoutBinding,
        signing: stranger,
      };
      const out = received(makeLogoutRequest(ours, subject, options));
      expect(logoutKindOf(out)).toBe('LogoutRequest');
      expect(verifyLogoutRequest(out, theirs(), now)).toMatchObject({
        id: '_ours',
        nameId: subject.nameId,
        sessionIndexes: ['_s"1'],
        relayState: 'state',
      });
    },
  );

  it.each(bindings)('L9: by %s, an answer to the address of the settings alone', (logoutBinding) => {
    const logoutResponseUrl = 'https://idp.test/slo?tenant=1';
    const ours = { ...settings, logoutResponseUrl, logoutBinding, signing: stranger };
    const made = makeLogoutResponse(ours, { inResponseTo: '_theirs', relayState: 'r', now });
    expect(JSON.stringify(made)).toContain('https://idp.test/slo?tenant=1');
    const out = received(made);
    expect(logoutKindOf(out)).toBe('LogoutResponse');
    expect(verifyLogoutResponse(out, theirs(), { requestId: '_theirs' }, now)).toBe('ended');
  });

  it('without a key it goes unsigned, and without an address not at all', () => {
    const out = makeLogoutRequest(settings, subject, options);
    const query = new URL(out && 'redirectTo' in out ? out.redirectTo : '').searchParams;
    expect(query.has('Signature')).toBe(false);
    const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString();
    expect(xml).toContain('a&#60;&#38;&#34;1');
    const { logoutUrl: _, ...without } = settings;
    expect(makeLogoutRequest(without, subject, options)).toBeUndefined();
    expect(makeLogoutResponse(without, { inResponseTo: '_x', now })).toBeUndefined();
  });
});

it('L9: a message is a request or a response, never both or neither', () => {
  const kind = (query: string) => codeOf(() => logoutKindOf({ binding: 'redirect', query }));
  expect(kind('SAMLRequest=a&SAMLResponse=b')).toBe('logout-missing');
  expect(kind('')).toBe('logout-missing');
  expect(kind(createHash('sha512').update('x').digest('hex').repeat(600))).toBe('logout-too-large');
});
