import type { NameId } from '@idp-roles/saml';
import type { IdpName } from '@idp-roles/store';
import type { Seal, SealedFor } from './seal.js';
import type { VerifiedPerson } from './verified-person.js';

/** What we must say to an IdP for it to end its session. */
export interface IdpSession {
  /** SAML. */
  readonly nameId?: NameId;
  readonly sessionIndex?: string;
  /** OpenID Connect. */
  readonly idToken?: string;
}

/** Longer ones make no hint: an address with them is refused by servers on the way. */
const LONGEST_TOKEN = 4_096;

export function idpSessionOf(person: VerifiedPerson): IdpSession {
  if ('sub' in person) {
    const { idToken } = person;
    return idToken !== undefined && idToken.length <= LONGEST_TOKEN ? { idToken } : {};
  }
  return { nameId: person.nameId, sessionIndex: person.sessionIndex };
}

/** What an IdP will call the person when it ends its session: with a `subjectClaim`, not what recognises them here. */
export function nameAtIdp(person: VerifiedPerson): IdpName | undefined {
  if ('sub' in person) return { format: 'sub', subject: person.sub };
  return person.nameId && { format: person.nameId.format, subject: person.nameId.value };
}

/** Keeps it with a session's content, which an ID token must not be read from. */
export class IdpSessionSeal {
  constructor(private readonly box: Seal) {}

  seal(session: IdpSession, place: SealedFor): string {
    return this.box.seal(JSON.stringify(session), place);
  }

  /** Empty where nothing was kept, or no secret opens it any more: the IdP then asks the person. */
  open(sealed: string | undefined, place: SealedFor): IdpSession {
    const text = sealed === undefined ? undefined : this.box.open(sealed, place);
    return text === undefined ? {} : (JSON.parse(text) as IdpSession);
  }
}
