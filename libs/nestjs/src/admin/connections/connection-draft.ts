import type { Outbound } from '@idp-roles/outbound';
import { newId, type Connection, type ConnectionSecrets } from '@idp-roles/store';
import type { SignInUrls } from '../../sign-in/sign-in-urls.js';
import { ProblemError } from '../problem/problem-error.js';
import type { ConnectionOptionsBody, CreateConnectionBody, UpdateConnectionBody } from './connection.body.js';
import { judgeSettings } from './connection-settings.js';
import { samlFields } from './idp-metadata.js';
import type { OidcChangesBody } from './oidc.body.js';
import type { SamlBody } from './saml.body.js';

export interface Judging {
  readonly outbound: Outbound;
  readonly urls: SignInUrls;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What `createConnection` takes of a request. The id comes first: what the IdP must know of us holds it. */
export async function connectionDraft(organization: string, body: CreateConnectionBody, judging: Judging) {
  refuseOtherProtocol(body.protocol, body);
  const { name, protocol, state = 'active' } = body;
  const id = newId('con', organization);
  const { fields, secrets } = await protocolFields(body, judging.outbound);
  const options = optionsOf(body);
  const judged = judgeSettings(
    { id, protocol, fields, secrets, ...reading(options) },
    judging.urls,
    judging.now,
  );
  const { warnings, ...settings } = judged;
  return { draft: { id, name, protocol, state, secrets, ...settings, ...options }, warnings };
}

/** What `updateConnection` takes of a request: settings are judged whole, as they would be afterwards. */
export async function connectionChanges(
  connection: Connection,
  secrets: ConnectionSecrets,
  body: UpdateConnectionBody,
  judging: Judging,
) {
  refuseOtherProtocol(connection.protocol, body);
  const given = await protocolFields(body, judging.outbound);
  const { allowIdpInitiated, ...stored } = connection.settings;
  const options = optionsOf(body);
  const { warnings, ...settings } = judgeSettings(
    {
      id: connection.id,
      protocol: connection.protocol,
      fields: { ...stored, ...given.fields },
      secrets: { ...secrets, ...given.secrets },
      ...reading({ ...connection, allowIdpInitiated: allowIdpInitiated === true, ...options }),
    },
    judging.urls,
    judging.now,
  );
  const renewed = Object.keys(given.secrets).length > 0 ? { secrets: { ...secrets, ...given.secrets } } : {};
  const { name, state } = body;
  return { changes: { ...settings, ...renewed, ...options, ...defined({ name, state }) }, warnings };
}

function refuseOtherProtocol(protocol: Connection['protocol'], body: { saml?: object; oidc?: object }): void {
  const other = protocol === 'saml' ? 'oidc' : 'saml';
  if (body[other] === undefined) return;
  const message = `the connection's protocol is ${protocol}; remove \`${other}\``;
  throw new ProblemError(422, 'invalid', message, [{ path: other, code: 'invalid', message }]);
}

async function protocolFields(body: { saml?: SamlBody; oidc?: OidcChangesBody }, outbound: Outbound) {
  if (body.saml) return { fields: defined(await samlFields(body.saml, outbound)), secrets: {} };
  const { clientSecret, ...fields } = body.oidc ?? {};
  return { fields: defined(fields), secrets: defined({ clientSecret }) as ConnectionSecrets };
}

/** Null stays: it forgets what was set. */
function optionsOf(body: ConnectionOptionsBody) {
  const { defaultSyncMode, defaultRole, denyWithoutRole, absentClaim, jit } = body;
  const { requiredClaims, subjectClaim, allowIdpInitiated } = body;
  return defined({
    ...{ defaultSyncMode, defaultRole, denyWithoutRole, absentClaim, jit },
    ...{ requiredClaims, subjectClaim, allowIdpInitiated },
  });
}

type Options = ReturnType<typeof optionsOf>;

/** Those options that a protocol package reads. */
function reading({ allowIdpInitiated, requiredClaims, subjectClaim }: Options) {
  return {
    allowIdpInitiated,
    requiredClaims: requiredClaims ?? undefined,
    subjectClaim: subjectClaim ?? undefined,
  };
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
