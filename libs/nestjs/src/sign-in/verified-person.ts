import type { VerifiedSignIn as OidcSignIn } from '@idp-roles/oidc';
import type { VerifiedSignIn as SamlSignIn } from '@idp-roles/saml';

/** Who signed in, as either protocol's verified answer says. */
export type VerifiedPerson = SamlSignIn | OidcSignIn;
