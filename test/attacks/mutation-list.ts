/** One place of a check in the sources, and what stands there without it. `OFF` is true while the check is taken out. */
interface Edit {
  /** Below `libs/`, without `src/`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly without: string;
}

export interface Mutation {
  /** What is no longer checked. */
  readonly check: string;
  readonly protocol: 'SAML' | 'OIDC';
  /** Classes of cases that are likely to notice; all others are played where these do not. */
  readonly classes: readonly string[];
  readonly edits: readonly Edit[];
  /** Why nothing can notice from outside: another check stands behind it. */
  readonly behind?: string;
}

/** A condition that refuses. */
const condition = (file: string, find: string): Edit => ({
  file,
  find,
  without: `(OFF ? false : (${find}))`,
});
/** A condition that accepts. */
const guard = (file: string, find: string): Edit => ({ file, find, without: `(OFF ? true : (${find}))` });
const statement = (file: string, find: string): Edit => ({ file, find, without: `if (!OFF) ${find}` });

const saml = (check: string, classes: string | readonly string[], ...edits: readonly Edit[]): Mutation => ({
  check,
  protocol: 'SAML',
  classes: [classes].flat(),
  edits,
});
const oidc = (check: string, classes: string | readonly string[], ...edits: readonly Edit[]): Mutation => ({
  check,
  protocol: 'OIDC',
  classes: [classes].flat(),
  edits,
});
const behind = (mutation: Mutation, why: string): Mutation => ({ ...mutation, behind: why });

const decode = 'saml/decode-message.ts';
const parse = 'saml/parse-xml.ts';
const document = 'saml/response-document.ts';
const shape = 'saml/signature-shape.ts';
const asserted = 'saml/check-assertion.ts';
const conditions = 'saml/check-conditions.ts';
const authentication = 'saml/check-authentication.ts';
const response = 'saml/check-response.ts';
const confirmation = 'saml/confirm-subject.ts';
const nameId = 'saml/name-id.ts';
const flow = 'nestjs/sign-in/sign-in-flow.ts';

const ofSaml: readonly Mutation[] = [
  saml(
    'base64 is canonical',
    'encodings',
    condition(decode, "bytes.length === 0 || bytes.toString('base64') !== compact"),
  ),
  saml(
    '512 KiB',
    'bombs',
    condition(decode, 'bytes.length > messageLimit'),
    condition(parse, 'xml.length > bounds.characters'),
  ),
  saml('UTF-8', 'encodings', { file: decode, find: '{ fatal: true }', without: '{ fatal: !OFF }' }),
  saml('XML 1.0', 'encodings', condition(parse, "version !== undefined && version !== '1.0'")),
  saml(
    'the encoding that is declared',
    'encodings',
    condition(parse, "encoding !== undefined && encoding.toLowerCase() !== 'utf-8'"),
  ),
  saml('no DOCTYPE', 'bombs', statement(parse, "throw new SamlError('xml-doctype');")),
  saml(
    'no processing instruction',
    'values',
    statement(parse, "throw new SamlError('xml-processing-instruction');"),
  ),
  saml('64 levels', 'bombs', condition(parse, 'open.length >= bounds.depth')),
  saml('1 000 attributes', 'bombs', condition(parse, '++count.attributes > bounds.attributes')),
  saml('10 000 values', 'bombs', condition(parse, '++count.values > bounds.values')),
  saml(
    'XML attributes of one element',
    'bombs',
    condition(parse, '++count.xmlAttributes > bounds.xmlAttributes'),
  ),
  saml(
    'XML attributes in all',
    'bombs',
    condition(parse, '++count.allXmlAttributes > bounds.allXmlAttributes'),
  ),
  saml('2 000 elements', 'bombs', condition(parse, '++count.elements > bounds.elements')),
  saml('comments', 'bombs', condition(parse, '++count.comments > bounds.comments')),
  saml('sections of CDATA', 'bombs', condition(parse, '++count.sections > bounds.sections')),
  saml('references and line breaks', 'bombs', condition(parse, 'turnsOf(xml) > bounds.turns')),
  saml(
    'length of a namespace',
    'bombs',
    condition(parse, "value.length > bounds.namespace && name.startsWith('xmlns')"),
  ),

  saml('the root is a Response', 'response', condition(document, "!isNamed(root, protocolNs, 'Response')")),
  saml('one assertion', 'wrapping', condition(document, 'assertions.length > 1 || assertion === undefined')),
  saml(
    'no Response inside',
    'wrapping',
    condition(document, "all.filter(({ local }) => local === 'Response').length > 1"),
  ),
  saml('each identifier once', 'wrapping', statement(document, 'assertIdsUnique(all);')),
  saml('the assertion is signed', 'keys', condition(document, '!isSigned(assertion)')),
  saml(
    'signatures in their places alone',
    'wrapping',
    condition(
      document,
      "all.filter(({ local }) => local === 'Signature').length !== (responseSigned ? 2 : 1)",
    ),
  ),
  saml(
    'an identifier of letters',
    'wrapping',
    condition('saml/signature-place.ts', '!/^[A-Za-z_][\\w.-]*$/.test(id)'),
  ),

  saml('no comment in the signature', 'signature shape', condition(shape, 'signature.commented')),
  saml(
    'nothing else in the signature',
    'signature shape',
    condition(
      shape,
      "rest.length > 0 || (keyInfo !== undefined && !isNamed(keyInfo, signatureNs, 'KeyInfo'))",
    ),
  ),
  saml(
    'length of the SignatureValue',
    'signature shape',
    condition(shape, "leaf(signatureValue, 'SignatureValue').text.length > signatureValueLimit"),
  ),
  saml('length of SignedInfo', 'signature shape', condition(shape, 'end - start > signedInfoLimit')),
  saml('one reference', 'signature shape', condition(shape, 'more.length > 0')),
  saml(
    'the reference is to the parent',
    ['wrapping', 'signature shape'],
    condition(shape, "reference?.attributes.get('URI') !== `#${parentId}`"),
  ),
  saml('nothing else in the reference', 'signature shape', condition(shape, 'others.length > 0')),
  saml('two transforms', 'transforms', condition(shape, 'extra.length > 0')),
  saml('the first transform is enveloped-signature', 'transforms', {
    file: shape,
    find: '(name) => name === envelopedSignature',
    without: '(name) => OFF || name === envelopedSignature',
  }),
  saml('algorithms by list', ['algorithms', 'keys'], condition(shape, '!isAllowed(algorithm)')),
  saml(
    'nothing but a list of prefixes in a transform',
    'transforms',
    condition(shape, 'rest.length > 0 || !named || inclusive.children.length > 0'),
  ),
  saml('length of the list of prefixes', 'transforms', condition(shape, 'list.length > prefixListLimit')),
  saml('nothing inside digest and value', 'signature shape', guard(shape, 'found.children.length === 0')),
  saml(
    'each part in its place',
    'signature shape',
    guard(shape, 'element !== undefined && isNamed(element, signatureNs, local)'),
  ),
  saml(
    'the signature is of a key of the connection',
    'keys',
    condition(
      'saml/verify-signed-info.ts',
      "!isSignedBy(keys, signedInfo.method, bytes, Buffer.from(value.text, 'base64'))",
    ),
  ),
  saml(
    'RSA by RSA, EC by EC',
    'keys',
    condition('saml/signature-algorithms.ts', 'key.asymmetricKeyType !== type'),
  ),
  saml(
    'the digest',
    ['wrapping', 'signature shape'],
    condition('saml/signed-text.ts', '!digest(signedInfo.digestMethod, text).equals(signedInfo.digestValue)'),
  ),
  behind(
    saml(
      'what is signed is what is shown',
      ['wrapping', 'signature shape'],
      condition(
        'saml/signed-parts.ts',
        '!isSame(response, shownResponse, protocolNs) || !isSame(assertion, shownAssertion, assertionNs)',
      ),
    ),
    'what is read is what was digested in any case; the reference to the parent refuses the rest',
  ),

  saml(
    'version of the assertion',
    'assertion',
    condition(asserted, "assertion.attributes.get('Version') !== '2.0'"),
  ),
  saml('one issuer', 'assertion', condition(asserted, 'issuer === undefined || rest.length > 0')),
  saml('the issuer', 'assertion', condition(asserted, 'issuer.text !== idpIssuer')),
  saml('issued in the past', 'assertion', condition(asserted, 'end - longestLife > now + clockSkew')),
  saml('issued within an hour', 'assertion', condition(asserted, 'now - clockSkew >= end')),
  saml('one set of conditions', 'audience', condition(conditions, 'rest.length > 0')),
  saml('conditions that are understood', 'audience', condition(conditions, 'unknown !== undefined')),
  saml('an audience at all', 'audience', condition(conditions, 'restrictions.length === 0')),
  saml('the audience is us', 'audience', condition(conditions, '!audiences.includes(entityId)')),
  saml(
    'NotBefore',
    ['assertion', 'subject'],
    condition(
      conditions,
      "notBefore !== undefined &&\n    now + clockSkew < parseInstant(notBefore, 'assertion-malformed', 'NotBefore')",
    ),
  ),
  saml('NotOnOrAfter', ['assertion', 'subject'], condition(conditions, 'now - clockSkew >= end')),
  saml('instants have a time zone', 'subject', {
    file: 'saml/instant.ts',
    find: "parts === null ? NaN : Date.parse(`${parts[1]}${(parts[2] ?? '').slice(0, 4)}${parts[3]}`)",
    without:
      'OFF ? Date.parse(text) : parts === null ? NaN : Date.parse(`${parts[1]}${(parts[2] ?? "").slice(0, 4)}${parts[3]}`)',
  }),
  saml('one AuthnStatement', 'assertion', condition(authentication, 'rest.length > 0')),
  saml('authenticated in the past', 'assertion', condition(authentication, 'at > now + clockSkew')),
  saml(
    'SessionNotOnOrAfter',
    'assertion',
    condition(authentication, 'now - clockSkew >= sessionNotOnOrAfter'),
  ),
  saml('bearer', 'subject', condition(confirmation, "confirmation.attributes.get('Method') !== bearer")),
  saml('some confirmation holds', 'subject', condition(confirmation, '!confirmed')),
  saml(
    'one SubjectConfirmationData',
    'subject',
    condition(confirmation, 'data === undefined || rest.length > 0'),
  ),
  saml('the recipient', 'subject', condition(confirmation, 'recipient !== acsUrl')),
  saml('InResponseTo', ['subject', 'response'], {
    file: confirmation,
    find: 'found === requestId',
    without: '(OFF || found === requestId)',
  }),
  saml(
    'the confirmation ends',
    'subject',
    condition(confirmation, "checkPeriod(data, 'SubjectConfirmationData', now) === undefined"),
  ),
  saml('status', 'response', {
    file: response,
    find: 'codes[0] === success && codes.length === 1',
    without: '(OFF || codes[0] === success && codes.length === 1)',
  }),
  saml('one status', 'response', condition(response, 'statuses.length > 1')),
  saml(
    'version of the Response',
    'response',
    condition(response, "version !== undefined && version !== '2.0'"),
  ),
  saml('one issuer of the Response', 'response', condition(response, 'issuers.length > 1')),
  saml(
    'the issuer of the Response',
    'response',
    condition(response, 'issuer !== undefined && issuer.text !== settings.idpIssuer'),
  ),
  saml(
    'a signed Response names its destination',
    'response',
    condition(response, 'signed && destination === undefined'),
  ),
  saml(
    'the destination',
    'response',
    condition(response, 'destination !== undefined && destination !== settings.acsUrl'),
  ),
  saml('one NameID', 'subject', {
    file: nameId,
    find: "if (rest.length > 0) throw new SamlError('assertion-malformed', 'several NameIDs');",
    without: "if (!OFF && rest.length > 0) throw new SamlError('assertion-malformed', 'several NameIDs');",
  }),
  saml('text alone in the NameID', 'subject', condition(nameId, 'nameId.children.length > 0')),
  saml('a NameID of something', 'subject', condition(nameId, "nameId.text.trim() === ''")),
  saml('no transient NameID', 'subject', condition('saml/identify.ts', 'nameId.format === transientFormat')),
  saml(
    'one value of the claim that names the person',
    'values',
    condition(
      'saml/identify.ts',
      "state !== 'present' || value === undefined || value.trim() === '' || rest.length > 0",
    ),
  ),
  saml(
    'required claims',
    'assertion',
    condition('saml/required-claims.ts', '!accepted.some((value) => values.includes(value))'),
    condition('use-cases/sign-in.ts', 'missing.length > 0'),
  ),
  saml(
    'nil is no value',
    'values',
    condition('saml/assertion-attributes.ts', "nil === 'true' || nil === '1'"),
  ),
  saml(
    'length of the subject',
    'subject',
    condition('use-cases/sign-in.ts', "subject === '' || subject.length > 2_048"),
  ),

  saml(
    'used once: the mark of the pending sign-in',
    'replays',
    condition('saml/saml-strategy.ts', 'state !== undefined && !(await finish.consume())'),
  ),
  saml(
    'used once: the insert',
    'replays',
    condition('use-cases/sign-in.ts', '!(await isFirstUse(work, request))'),
  ),
  saml(
    'begun in this browser',
    'replays',
    condition('saml/verify-response.ts', 'settings.allowIdpInitiated !== true'),
    {
      file: flow,
      find: "connection.protocol === 'saml' && connection.settings['allowIdpInitiated'] === true",
      without:
        "(connection.protocol === 'saml' && (OFF || connection.settings['allowIdpInitiated'] === true))",
    },
  ),
  saml(
    'an answer to somebody’s request is not unsolicited',
    'replays',
    condition('saml/verify-response.ts', 'inResponseTo !== undefined'),
  ),
  saml(
    'a pending sign-in is of one connection',
    'replays',
    {
      file: 'nestjs/sign-in/seal.ts',
      find: '[this.purpose, id, connection, expiresAt]',
      without: '(OFF ? [] : [this.purpose, id, connection, expiresAt])',
    },
    condition('saml/protocol-state.ts', "state['connection'] !== connection"),
  ),
  saml(
    'the connection is active',
    'replays',
    condition(flow, "connection.state !== 'active'"),
    condition('use-cases/sign-in.ts', "state !== 'active'"),
  ),
  saml('a path of this site to return to', 'replays', {
    file: flow,
    find: 'pending ? undefined : safeReturnTo(answer.relayState, this.parts.publicUrl)',
    without:
      '(OFF ? answer.relayState : pending ? undefined : safeReturnTo(answer.relayState, this.parts.publicUrl))',
  }),
  saml('a new session', 'replays', {
    file: 'nestjs/sessions/sessions.ts',
    find: 'await promised((done) => facade.session.regenerate(done));',
    without: 'if (!OFF) await promised((done) => facade.session.regenerate(done));',
  }),
  saml(
    'a form says each thing once',
    'encodings',
    condition('nestjs/sign-in/form-body.ts', 'form.has(name)'),
  ),
  saml(
    'a form is a form',
    'encodings',
    condition(
      'nestjs/sign-in/form-body.ts',
      "!/^application\\/x-www-form-urlencoded(;|$)/i.test(request.headers['content-type'] ?? '')",
    ),
  ),
];

const idToken = 'oidc/id-token.ts';
const discovery = 'oidc/discovery-cache.ts';
const keys = 'oidc/connection-keys.ts';
const strategy = 'oidc/library-strategy.ts';
const outbound = 'outbound/outbound.ts';
const url = 'outbound/url-rule.ts';
const compact = 'await compactVerify(idToken, (header) => keys.find(header), { algorithms })';

const ofOidc: readonly Mutation[] = [
  oidc(
    'the algorithm is pinned',
    'algorithms',
    {
      file: 'oidc/client-configuration.ts',
      find: 'settings.idTokenSigningAlg ?? DEFAULT_SIGNING_ALG',
      without: '(OFF ? undefined : settings.idTokenSigningAlg ?? DEFAULT_SIGNING_ALG)',
    },
    {
      file: idToken,
      find: compact.replace('await ', ''),
      without: 'compactVerify(idToken, (header) => keys.find(header), OFF ? {} : { algorithms })',
    },
  ),
  oidc('the signature', 'signature', {
    file: idToken,
    find: 'const verified = await',
    without:
      "const verified = OFF ? { payload: Buffer.from(idToken.split('.')[1], 'base64url'), protectedHeader: JSON.parse(Buffer.from(idToken.split('.')[0], 'base64url')) } : await",
  }),
  oidc('the payload is UTF-8', 'claims', {
    file: idToken,
    find: "new TextDecoder('utf-8', { fatal: true })",
    without: "new TextDecoder('utf-8', { fatal: !OFF })",
  }),
  oidc('the type', 'header', guard(idToken, 'typ === undefined || !/\\+jwt$/i.test(typ)')),
  oidc(
    'one audience, ours',
    'claims',
    condition(idToken, 'audiences.length !== 1 || audiences[0] !== clientId'),
  ),
  oidc('the authorized party', 'claims', condition(idToken, 'azp !== undefined && azp !== clientId')),
  oidc(
    'issued just now',
    'claims',
    condition(idToken, "typeof iat !== 'number' || !(iat >= now - PAST_S && iat <= now + FUTURE_S)"),
  ),
  oidc('a subject of 1 to 255 characters', 'claims', {
    file: idToken,
    find: "typeof value !== 'string' || value.length < 1 || value.length > 255",
    without:
      "(OFF ? typeof value !== 'string' : typeof value !== 'string' || value.length < 1 || value.length > 255)",
  }),
  oidc('a subject without NUL', 'claims', {
    file: idToken,
    find: "!value.includes('\\0')",
    without: "(OFF || !value.includes('\\0'))",
  }),
  oidc(
    'a subject of whole characters',
    'claims',
    guard(idToken, "Buffer.from(value, 'utf8').toString('utf8') === value"),
  ),
  oidc('the nonce', 'claims', {
    file: strategy,
    find: '[SESSION_KEY]: { ...secrets }',
    without: '[SESSION_KEY]: OFF ? { ...secrets, nonce: JSON.parse("0") } : { ...secrets }',
  }),
  oidc(
    'required claims',
    'claims',
    {
      file: 'oidc/required-claims.ts',
      find: 'said.some((value) => isScalar(value) && accepted.has(String(value)))',
      without: '(OFF || said.some((value) => isScalar(value) && accepted.has(String(value))))',
    },
    condition('use-cases/sign-in.ts', 'missing.length > 0'),
  ),
  oidc('the claim that names the person is text', 'claims', {
    file: 'oidc/finish-sign-in.ts',
    find: 'if (isIdentifier(subject)) return subject',
    without: 'if (OFF || isIdentifier(subject)) return String(subject)',
  }),
  oidc(
    'the issuer of the answer (RFC 9207)',
    'answer',
    {
      file: strategy,
      find: "return new URL(request.originalUrl, 'https://callback.invalid');",
      without:
        "const seen = new URL(request.originalUrl, 'https://callback.invalid'); if (OFF) seen.searchParams.delete('iss'); return seen;",
    },
    {
      file: 'oidc/client-configuration.ts',
      find: '    metadata,\n',
      without:
        '    OFF ? { ...metadata, authorization_response_iss_parameter_supported: false } : metadata,\n',
    },
  ),
  oidc('begun in this browser', ['answer', 'replays'], {
    file: 'nestjs/sign-in/seal.ts',
    find: 'decipher.setAuthTag(bytes.subarray(-TAG));',
    without:
      'decipher.setAuthTag(bytes.subarray(-TAG)); if (OFF) return decipher.update(bytes.subarray(NONCE, -TAG)).toString();',
  }),
  oidc(
    'a pending sign-in is of one connection',
    'replays',
    {
      file: 'nestjs/sign-in/seal.ts',
      find: '[this.purpose, id, connection, expiresAt]',
      without: '(OFF ? [] : [this.purpose, id, connection, expiresAt])',
    },
    {
      file: 'oidc/pending-secrets.ts',
      find: "kept['connection'] === settings.connection &&\n    kept['issuer'] === settings.issuer &&\n    kept['client_id'] === settings.clientId",
      without:
        "(OFF || kept['connection'] === settings.connection && kept['issuer'] === settings.issuer && kept['client_id'] === settings.clientId)",
    },
  ),
  oidc(
    'a code is spent once',
    'replays',
    condition('nestjs/sign-in/pending-sign-ins.ts', 'this.#claimed.has(id)'),
  ),
  behind(
    oidc(
      'a sign-in is finished once',
      'replays',
      condition(flow, "protocol === 'oidc' && !(await this.parts.pending.consume(pending))"),
    ),
    'of one instance the claim before the code is spent, of several the insert of the replay key',
  ),
  oidc('keys come with 200', 'keys', condition(keys, 'response.status !== 200')),
  oidc(
    'keys are asked for anew every 30 s at most',
    'replays',
    condition(keys, 'now - this.#refreshedAt[use] < REFRESH_COOLDOWN_MS'),
  ),
  oidc('endpoints are https', 'discovery', {
    file: discovery,
    find: "url?.protocol === 'https:' || isHttp",
    without: "OFF || url?.protocol === 'https:' || isHttp",
  }),
  oidc('a failed discovery is remembered', 'replays', {
    file: discovery,
    find: 'held && this.#options.clock() < held.expiresAt',
    without: '!OFF && held && this.#options.clock() < held.expiresAt',
  }),
  behind(
    oidc(
      'the issuer of the discovery document, ours besides the library’s',
      'discovery',
      condition(discovery, 'metadata.issuer !== issuer'),
    ),
    'openid-client compares it too, but for Entra’s hosts, which no test on loopback can be (libs/oidc/test/discovery.test.ts)',
  ),
  oidc('no redirects', ['keys', 'token endpoint', 'discovery'], {
    file: outbound,
    find: "redirect: 'manual'",
    without: "redirect: OFF ? 'follow' : 'manual'",
  }),
  oidc(
    '1 MiB',
    ['keys', 'token endpoint'],
    {
      file: 'outbound/limited-body.ts',
      find: 'if (length > limit) throw tooLarge();',
      without: 'if (!OFF && length > limit) throw tooLarge();',
    },
    condition('outbound/limited-body.ts', 'announced !== null && Number(announced) > limit'),
  ),
  oidc(
    'public addresses',
    'addresses',
    condition(url, 'ipaddr.isValid(literal) && !rule.permits(literal, url.hostname, port)'),
    {
      file: 'outbound/guarded-lookup.ts',
      find: 'rule.permits(address, hostname, port)',
      without: '(OFF || rule.permits(address, hostname, port))',
    },
  ),
  oidc(
    'no user name in an address',
    'addresses',
    condition(url, "url.username !== '' || url.password !== ''"),
  ),
  oidc('no port of the system', 'addresses', {
    file: url,
    find: "port !== '443' &&\n    Number(port) < FIRST_USER_PORT",
    without: "!OFF && port !== '443' && Number(port) < FIRST_USER_PORT",
  }),
  oidc('UserInfo is of the same subject', 'UserInfo', {
    file: 'oidc/user-info.ts',
    find: 'client.fetchUserInfo(configuration, accessToken, subject)',
    without: 'client.fetchUserInfo(configuration, accessToken, OFF ? client.skipSubjectCheck : subject)',
  }),
  oidc(
    'a signed UserInfo has its signature checked',
    'UserInfo',
    statement('oidc/user-info.ts', 'client.enableNonRepudiationChecks(configuration);'),
  ),
  oidc('what the ID token says stands', 'UserInfo', {
    file: 'oidc/complete-claims.ts',
    find: '!merged.has(name)',
    without: '(OFF || !merged.has(name))',
  }),
];

export const mutations: readonly Mutation[] = [...ofSaml, ...ofOidc];
