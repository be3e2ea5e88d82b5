import { readClaim, type Claims } from '@idp-roles/mapping';
import { transientFormat, type NameId } from './name-id.js';
import { SamlError } from './saml-error.js';
import type { VerifiedSignIn } from './sign-in.js';

/** Who it is: the NameID, or the one value of the `subjectClaim`. A NameID that changes at every sign-in is nobody. Rule L4. */
export function identify(
  nameId: NameId | undefined,
  claims: Claims,
  subjectClaim: string | undefined,
): Pick<VerifiedSignIn, 'subject' | 'format'> {
  if (subjectClaim === undefined) {
    if (nameId === undefined) throw new SamlError('subject-missing', 'no NameID');
    if (nameId.format === transientFormat) throw new SamlError('subject-transient');
    return { subject: nameId.value, format: nameId.format };
  }
  const { state, values } = readClaim(claims, subjectClaim);
  const [value, ...rest] = values;
  if (state !== 'present' || value === undefined || value.trim() === '' || rest.length > 0)
    throw new SamlError('subject-claim-missing', `\`${subjectClaim}\` has ${values.length} values`);
  return { subject: value, format: `claim:${subjectClaim}` };
}
