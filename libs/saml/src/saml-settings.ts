/** How requests travel to the IdP. Responses always come by HTTP-POST. */
export type RequestBinding = 'redirect' | 'post';

/** What a connection knows about its IdP and about ourselves. Made by `validateSamlSettings`; a change is a new object. */
export interface SamlSettings {
  /** The connection's id: a pending sign-in of one connection finishes no other. */
  readonly connection: string;
  /** The IdP's entity id, compared byte by byte. */
  readonly idpIssuer: string;
  /** The IdP's single sign-on address. */
  readonly entryPoint: string;
  /** PEM. Any of them may sign, so that an IdP can roll its key over; their dates are not enforced. */
  readonly certificates: readonly string[];
  /** Ours; the audience that assertions must name. */
  readonly entityId: string;
  /** Ours; the Recipient and Destination that responses must name. */
  readonly acsUrl: string;
  /** Ours; the Destination that logout messages must name. Without it none is accepted. */
  readonly sloUrl?: string;
  /** The IdP's single logout address. Without it a logout ends here. */
  readonly logoutUrl?: string;
  /** How logout messages travel to the IdP. Default `redirect`; from the IdP they come by either. */
  readonly logoutBinding?: RequestBinding;
  /** Where the IdP wants its requests answered, if not at `logoutUrl`. */
  readonly logoutResponseUrl?: string;
  /** Accept responses that answer no request of ours. Default false. */
  readonly allowIdpInitiated?: boolean;
  /** Claim name → the value, or one of the values, it must have. Rule L10. */
  readonly requiredClaims?: Readonly<Record<string, string | readonly string[]>>;
  /** Takes the place of the NameID as the subject. Rule L4. */
  readonly subjectClaim?: string;
  /** Default `redirect`. */
  readonly binding?: RequestBinding;
  /** Signs our requests, with SHA-256. Both in PEM. */
  readonly signing?: { readonly privateKey: string; readonly certificate: string };
}
