import type { Outbound } from '@idp-roles/outbound';
import { newId, type Connection, type ConnectionSecrets } from '@idp-roles/store';
import { ProblemError, type ProblemPart } from '../problem/problem-error.js';
import type { ConnectionOptionsBody, CreateConnectionBody, UpdateConnectionBody } from './connection.body.js';
import { judgeSettings, type SettingsDraft } from './connection-settings.js';
import type { Judging } from './judging.js';
import { defined, merged } from './merged.js';
import { samlFields } from './idp-metadata.js';
import type { OidcChangesBody } from './oidc.body.js';
import type { SamlBody } from './saml.body.js';

/** What `createConnection` takes of a request. The id is made first: the addresses that the IdP must know hold it. */
export async function connectionDraft(organization: string, body: CreateConnectionBody, judging: Judging) {
  const { name, protocol } = body;
  refuseOtherProtocol(protocol, body);
  const id = newId('con', organization);
  const { fields, secrets } = await protocolFields(body, judging.outbound);
  const options = merged({}, optionsOf(body));
  const judged = judgeSettings(
    { id, protocol, fields: merged({}, fields), secrets: merged({}, secrets), ...reading(options) },
    judging,
  );
  const { settings, issuer, sharedIssuer, beforeActivation, warnings } = judged;
  const state = beforeActivation.length > 0 ? 'draft' : (body.state ?? 'active');
  return {
    draft: {
      ...creatable(options),
      id,
      name,
      protocol,
      settings,
      secrets: merged({}, secrets),
      issuer,
      sharedIssuer,
      state,
    },
    warnings: [...warnings, ...beforeActivation.map(needed)],
  };
}

/** What `updateConnection` takes of a request: settings are judged whole, as they would be afterwards. */
export async function connectionChanges(
  connection: Connection,
  secrets: ConnectionSecrets,
  body: UpdateConnectionBody,
  judging: Judging,
) {
  const { id, protocol } = connection;
  refuseOtherProtocol(protocol, body);
  const given = await protocolFields(body, judging.outbound);
  const options = optionsOf(body);
  const { allowIdpInitiated, ...stored } = connection.settings;
  const draft: SettingsDraft = {
    id,
    protocol,
    fields: merged(stored, given.fields),
    secrets: merged(secrets, given.secrets),
    ...reading(merged({ ...connection, allowIdpInitiated: allowIdpInitiated === true }, options)),
  };
  const judged = judgeSettings(draft, judging);
  const { settings, issuer, sharedIssuer, beforeActivation, warnings } = judged;
  const state = body.state ?? connection.state;
  if (state === 'active') refuseActivation(beforeActivation);
  const renewed = Object.keys(given.secrets).length > 0 ? { secrets: draft.secrets } : {};
  const { allowIdpInitiated: _, ...changed } = options;
  const named = defined({ name: body.name, state: body.state });
  return {
    changes: { ...changed, ...renewed, ...named, settings, issuer },
    sharedIssuer,
    warnings: [...warnings, ...beforeActivation.map(needed)],
  };
}

/** L10: under the code of the use case, which sees the same cause, so that it is told once, with its path. */
function needed(problem: ProblemPart): ProblemPart {
  return { ...problem, code: 'required-claims-needed' };
}

/** L10. */
function refuseActivation(problems: readonly ProblemPart[]): void {
  const [first] = problems;
  if (first) throw new ProblemError(422, 'required-claims-needed', first.message, problems);
}

function refuseOtherProtocol(protocol: Connection['protocol'], body: { saml?: object; oidc?: object }): void {
  const other = protocol === 'saml' ? 'oidc' : 'saml';
  if (body[other] === undefined) return;
  const message = `the connection's protocol is ${protocol}; remove \`${other}\``;
  throw new ProblemError(422, 'invalid', message, [{ path: other, code: 'invalid', message }]);
}

interface ProtocolFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string | null>>;
}

async function protocolFields(
  body: { readonly saml?: SamlBody; readonly oidc?: OidcChangesBody },
  outbound: Outbound,
): Promise<ProtocolFields> {
  if (body.saml) return { fields: defined(await samlFields(body.saml, outbound)), secrets: {} };
  const { clientSecret, ...fields } = body.oidc ?? {};
  return { fields: defined(fields), secrets: clientSecret === undefined ? {} : { clientSecret } };
}

/** Null stays: it forgets what was set. */
function optionsOf(body: ConnectionOptionsBody): ConnectionOptionsBody {
  const { defaultSyncMode, defaultRole, denyWithoutRole, absentClaim, jit } = body;
  const { requiredClaims, subjectClaim, allowIdpInitiated } = body;
  const behaviour = { defaultSyncMode, defaultRole, denyWithoutRole, absentClaim, jit };
  return defined({ ...behaviour, requiredClaims, subjectClaim, allowIdpInitiated });
}

type WithoutNull<T> = { [K in keyof T]: Exclude<T[K], null> };

/** `allowIdpInitiated` lives in the settings. */
function creatable(options: Partial<WithoutNull<ConnectionOptionsBody>>) {
  const { allowIdpInitiated: _, ...rest } = options;
  return rest;
}

/** Those options that a protocol package reads. */
function reading(options: Partial<WithoutNull<ConnectionOptionsBody>>) {
  const { allowIdpInitiated, requiredClaims, subjectClaim } = options;
  return { allowIdpInitiated, requiredClaims, subjectClaim };
}
