import { refused } from '../verdict.js';
import { assertion, honest, honestTwice, response } from './message.js';
import type { SamlCase, SamlSetting } from './saml-case.js';
import { afterIssuer, ds, signatureOf, signed } from './signer.js';

/** What an attacker has: messages that the IdP signed for somebody, and what they would rather have it say. */
interface Material {
  readonly setting: SamlSetting;
  /** Signed; without its signature; the signature alone. */
  readonly good: string;
  readonly bare: string;
  readonly signature: string;
  /** The same of a whole signed Response, whose assertion is signed too. */
  readonly goodResponse: string;
  readonly bareResponse: string;
  readonly responseSignature: string;
  /** Unsigned: of somebody who holds every role. */
  readonly evil: string;
  /** The same with the identifier of the genuine one. */
  readonly evilTwin: string;
}

function materialOf(setting: SamlSetting): Material {
  const bare = assertion(setting);
  const signature = signatureOf(bare, setting.keys.idp);
  const good = afterIssuer(bare, signature);
  const bareResponse = response(setting, good);
  const responseSignature = signatureOf(bareResponse, setting.keys.idp);
  const changes = { nameId: `${setting.person}-evil`, groups: ['Admins'] };
  return {
    setting,
    good,
    bare,
    signature,
    bareResponse,
    responseSignature,
    goodResponse: afterIssuer(bareResponse, responseSignature),
    evil: assertion(setting, { ...changes, id: `_evil-${setting.id}` }),
    evilTwin: assertion(setting, changes),
  };
}

const extensions = (xml: string) => `<samlp:Extensions>${xml}</samlp:Extensions>`;
const object = (xml: string) => `<ds:Object>${xml}</ds:Object>`;
const beforeEnd = (xml: string, insert: string) => xml.replace(/<\/[^<>]*>$/, (end) => insert + end);
const evilResponse = (m: Material, inside: string, before = '') =>
  response(m.setting, inside, { responseId: `_evil-r-${m.setting.id}`, before });

const notAlone = 'assertion-not-alone';
const malformed = 'signature-malformed';
const twice = 'response-malformed';

type Attack = readonly [name: string, code: string | readonly string[], forge: (m: Material) => string];

/** Numbered as in Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be" (2012). */
const attacks: readonly Attack[] = [
  [
    'XSW1: the signed Response inside its own signature, on a forged one',
    notAlone,
    (m) => afterIssuer(evilResponse(m, m.evil), beforeEnd(m.responseSignature, object(m.bareResponse))),
  ],
  [
    'XSW1 with the identifier of the genuine Response',
    notAlone,
    (m) => afterIssuer(response(m.setting, m.evil), beforeEnd(m.responseSignature, m.bareResponse)),
  ],
  [
    'XSW2: the signed Response beside its signature, in a forged one',
    notAlone,
    (m) => afterIssuer(evilResponse(m, m.evil), m.bareResponse + m.responseSignature),
  ],
  [
    'XSW2 with the Response at the end',
    notAlone,
    (m) => evilResponse(m, m.evil + m.responseSignature + m.bareResponse),
  ],
  ['XSW3: a forged assertion before the signed one', notAlone, (m) => response(m.setting, m.evil + m.good)],
  ['XSW3 with the identifier of the signed one', notAlone, (m) => response(m.setting, m.evilTwin + m.good)],
  ['XSW3 after it', notAlone, (m) => response(m.setting, m.good + m.evil)],
  [
    'XSW4: the signed assertion inside a forged one',
    notAlone,
    (m) => response(m.setting, beforeEnd(m.evil, m.good)),
  ],
  [
    'XSW4 in an attribute value of it',
    notAlone,
    (m) =>
      response(
        m.setting,
        m.evil.replace('</saml:AttributeValue>', (end) => m.good + end),
      ),
  ],
  [
    'XSW4 in its Advice',
    notAlone,
    (m) => response(m.setting, beforeEnd(m.evil, `<saml:Advice>${m.good}</saml:Advice>`)),
  ],
  [
    'XSW5: the signature on a forged assertion, what it signed at the end',
    notAlone,
    (m) => response(m.setting, afterIssuer(m.evil, m.signature) + m.bare),
  ],
  [
    'XSW5 the other way round',
    notAlone,
    (m) => response(m.setting, m.bare + afterIssuer(m.evil, m.signature)),
  ],
  [
    'XSW6: what was signed inside the signature of a forged assertion',
    notAlone,
    (m) => response(m.setting, afterIssuer(m.evil, beforeEnd(m.signature, m.bare))),
  ],
  [
    'XSW6 inside its SignedInfo',
    notAlone,
    (m) =>
      response(
        m.setting,
        afterIssuer(
          m.evil,
          m.signature.replace('</ds:SignedInfo>', (end) => m.bare + end),
        ),
      ),
  ],
  [
    'XSW7: a forged assertion in Extensions',
    notAlone,
    (m) => response(m.setting, m.good, { before: extensions(m.evil) }),
  ],
  [
    'XSW7: the signed one in Extensions',
    notAlone,
    (m) => response(m.setting, m.evil, { before: extensions(m.good) }),
  ],
  [
    'XSW8: what was signed in an Object of the forged one’s signature',
    notAlone,
    (m) => response(m.setting, afterIssuer(m.evil, beforeEnd(m.signature, object(m.bare)))),
  ],
  [
    'the signed assertion in the StatusDetail of a forged Response',
    notAlone,
    (m) =>
      response(m.setting, m.evil).replace(
        '</samlp:Status>',
        (end) => `<samlp:StatusDetail>${m.good}</samlp:StatusDetail>${end}`,
      ),
  ],
  ['a signed Response as child of a forged one', notAlone, (m) => evilResponse(m, m.evil + m.goodResponse)],
  [
    'a Response without assertion inside the Response',
    twice,
    (m) =>
      response(m.setting, m.good, { before: extensions('<samlp:Response ID="_inner"></samlp:Response>') }),
  ],
  [
    'an assertion of no namespace beside the signed one',
    notAlone,
    (m) => response(m.setting, m.good, { before: '<Assertion ID="_none"></Assertion>' }),
  ],
  [
    'an assertion of SAML 1.1 beside the signed one',
    notAlone,
    (m) =>
      response(m.setting, m.good, {
        after: '<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion" AssertionID="_a"></Assertion>',
      }),
  ],
  [
    'the one assertion is of another namespace',
    notAlone,
    (m) => response(m.setting, m.good.replace('SAML:2.0:assertion"', 'SAML:2.0:assertion#"')),
  ],
  [
    'the one assertion stands in Extensions',
    notAlone,
    (m) => response(m.setting, '', { before: extensions(m.good) }),
  ],
  [
    'the signature taken over by a forged assertion',
    'signature-malformed',
    (m) => response(m.setting, afterIssuer(m.evil, m.signature)),
  ],
  [
    'and its reference turned to it',
    'signature-invalid',
    (m) =>
      response(
        m.setting,
        afterIssuer(m.evil, m.signature.replace(/URI="[^"]*"/, `URI="#_evil-${m.setting.id}"`)),
      ),
  ],
  [
    'the signature taken over by a forged assertion of the same identifier',
    'signature-invalid',
    (m) => response(m.setting, afterIssuer(m.evilTwin, m.signature)),
  ],
  [
    'the assertion’s signature moved to a forged Response',
    'signature-malformed',
    (m) => afterIssuer(response(m.setting, m.evil), m.signature),
  ],
  [
    'the Response’s signature kept, the assertion unsigned and changed',
    'assertion-unsigned',
    (m) => afterIssuer(response(m.setting, m.evil), m.responseSignature),
  ],
  [
    'the assertion of another signed message in a signed Response',
    'signature-invalid',
    (m) =>
      m.goodResponse.replace(m.good, () =>
        signed(assertion(m.setting, { nameId: `${m.setting.person}-evil`, id: '_x' }), m.setting.keys.idp),
      ),
  ],
  [
    'a signed Response around an assertion that is not signed by itself',
    'assertion-unsigned',
    (m) => honestTwice(m.setting, {}, m.bare),
  ],
  [
    'an empty reference, which means the whole document',
    malformed,
    (m) => response(m.setting, signed(m.bare, m.setting.keys.idp, { uri: '' })),
  ],
  [
    'a reference by XPointer',
    malformed,
    (m) =>
      response(m.setting, signed(m.bare, m.setting.keys.idp, { uri: `#xpointer(id('_a-${m.setting.id}'))` })),
  ],
  [
    'a reference to a file',
    malformed,
    (m) => response(m.setting, signed(m.bare, m.setting.keys.idp, { uri: 'file:///etc/passwd' })),
  ],
  [
    'a reference to the web',
    malformed,
    (m) => response(m.setting, signed(m.bare, m.setting.keys.idp, { uri: 'http://127.0.0.1:1/' })),
  ],
  [
    'the signed reference is to the Response, the signature on the assertion',
    malformed,
    (m) => response(m.setting, signed(m.bare, m.setting.keys.idp, { uri: `#_r-${m.setting.id}` })),
  ],
  [
    'two elements of one identifier',
    twice,
    (m) => response(m.setting, m.good, { before: extensions(`<samlp:X ID="_a-${m.setting.id}"></samlp:X>`) }),
  ],
  [
    'the same in another spelling',
    twice,
    (m) => response(m.setting, m.good, { before: extensions(`<samlp:X Id="_a-${m.setting.id}"></samlp:X>`) }),
  ],
  [
    'the same as xml:id',
    twice,
    (m) =>
      response(m.setting, m.good, { before: extensions(`<samlp:X xml:id="_a-${m.setting.id}"></samlp:X>`) }),
  ],
  [
    'Response and assertion of one identifier',
    twice,
    (m) => response(m.setting, m.good, { responseId: `_a-${m.setting.id}` }),
  ],
  [
    'an assertion without identifier',
    malformed,
    (m) => response(m.setting, signed(assertion(m.setting, { id: undefined }), m.setting.keys.idp)),
  ],
  [
    'an identifier that is an XPath',
    malformed,
    (m) => response(m.setting, signed(assertion(m.setting, { id: "x' or '1'='1" }), m.setting.keys.idp)),
  ],
  [
    'an identifier of markup',
    malformed,
    (m) => response(m.setting, signed(assertion(m.setting, { id: '"]|//*' }), m.setting.keys.idp)),
  ],
  [
    'two signatures on the assertion',
    malformed,
    (m) => response(m.setting, afterIssuer(m.good, m.signature)),
  ],
  [
    'a forged signature before the genuine one',
    malformed,
    (m) => response(m.setting, afterIssuer(m.good, signatureOf(m.bare, m.setting.keys.rogue))),
  ],
  [
    'a signature in Extensions',
    malformed,
    (m) => response(m.setting, m.good, { before: extensions(m.signature.replace('URI="#', 'URI="#x')) }),
  ],
  [
    'a signature inside a signature',
    malformed,
    (m) =>
      response(
        m.setting,
        m.good.replace('</ds:Signature>', (end) => `<ds:KeyInfo>${m.signature}</ds:KeyInfo>${end}`),
      ),
  ],
  [
    'an element called Signature of another namespace',
    malformed,
    (m) => response(m.setting, m.good, { before: extensions('<Signature xmlns="urn:x"></Signature>') }),
  ],
  [
    'one byte of a signed value changed',
    'signature-invalid',
    (m) => honest(m.setting).replace('Engineering', 'Engineerinh'),
  ],
  [
    'an attribute added after signing',
    'signature-invalid',
    (m) =>
      honest(m.setting).replace(
        '</saml:AttributeStatement>',
        (end) =>
          `<saml:Attribute Name="groups"><saml:AttributeValue>Admins</saml:AttributeValue></saml:Attribute>${end}`,
      ),
  ],
  [
    'a second AttributeStatement after signing',
    'signature-invalid',
    (m) =>
      honest(m.setting).replace(
        '</saml:Assertion>',
        (end) =>
          `<saml:AttributeStatement><saml:Attribute Name="groups"><saml:AttributeValue>Admins</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>${end}`,
      ),
  ],
  [
    'a prefix bound anew inside the assertion',
    'signature-invalid',
    (m) =>
      honest(m.setting).replace(
        '<saml:Subject>',
        '<saml:Subject xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion#">',
      ),
  ],
  [
    'an empty Signature',
    malformed,
    (m) => response(m.setting, afterIssuer(m.bare, `<ds:Signature xmlns:ds="${ds}"></ds:Signature>`)),
  ],
  [
    'a signature of another namespace alone',
    'signature-missing',
    (m) => response(m.setting, m.good.replace(`xmlns:ds="${ds}"`, 'xmlns:ds="urn:x"')),
  ],
];

export const wrapping: readonly SamlCase[] = attacks.map(([name, code, forge]) => ({
  class: 'wrapping',
  name,
  make: (setting) => forge(materialOf(setting)),
  expect: () => refused(code),
}));
