import { Injectable } from '@nestjs/common';
import { claimsOf, emailVerifiedIn, readClaim, type Claims, type RoleMapping } from '@idp-roles/mapping';
import { organizationOf } from '@idp-roles/store';
import {
  createMapping,
  signIn,
  type MappingWritten,
  type SignInOutcome,
  type SignInRequest,
} from '@idp-roles/use-cases';
import { UseCases } from '../use-cases.js';
import { newReference } from './sign-in-failure.js';

/** What a host's own verify hook knows of a person (A11). */
export interface HostSignIn {
  /** Id of the connection whose role mappings apply. */
  readonly connection: string;
  /** Stable and unique at this IdP, e.g. `sub` or a persistent NameID; never an e-mail that may be given to someone else. */
  readonly subject: string;
  /** A JSON object, e.g. an ID token's payload or a passport-saml profile's attributes. */
  readonly claims: Readonly<Record<string, unknown>> | Claims;
  /** The IdP's issuer; the connection's own if absent. */
  readonly issuer?: string;
  /** `sub` if absent. */
  readonly format?: string;
  /** The claim `email`, or what it is called in SAML, if absent. */
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
  /** The assertion's id: used twice, the second sign-in is refused. */
  readonly replayKey?: { readonly id: string; readonly expiresAt: number };
}

/** Claims → roles. Our own verify hooks call it, and a host's may. */
@Injectable()
export class RoleMappingService {
  constructor(private readonly useCases: UseCases) {}

  /**
   * Judges the claims by the connection's role mappings and stores what follows, in one transaction.
   * A refusal is an outcome, not an error: `{ outcome: 'refused', code, message }`.
   */
  async signIn(person: HostSignIn): Promise<SignInOutcome> {
    const { connection, subject, claims } = person;
    const normalised = isClaims(claims) ? claims : claimsOf(claims);
    return this.record({
      connection,
      subject,
      claims: normalised,
      issuer: person.issuer ?? (await this.#issuerOf(connection)),
      format: person.format ?? 'sub',
      email: person.email ?? emailOf(normalised),
      emailVerified: person.emailVerified ?? emailVerifiedIn(normalised),
      name: person.name ?? textOf(normalised, 'name'),
      replayKey: person.replayKey,
      reference: newReference(),
    });
  }

  /** Stores a role mapping; `role` is a slug. Rejects with all that is wrong with it at once (M1, M8). */
  create(organization: string, mapping: Omit<RoleMapping, 'id'>): Promise<MappingWritten> {
    return createMapping(this.useCases.context, { organization, input: mapping, actor: { kind: 'host' } });
  }

  /** For verified answers of our own strategies. */
  record(request: SignInRequest): Promise<SignInOutcome> {
    return signIn(this.useCases.context, request);
  }

  async #issuerOf(connection: string): Promise<string> {
    const organization = organizationOf(connection);
    const found =
      organization && (await this.useCases.context.store.read.connections.get(organization, connection));
    return found ? found.issuer : '';
  }
}

function isClaims(claims: HostSignIn['claims']): claims is Claims {
  return (claims as Claims).byName instanceof Map;
}

/** By any of the names that role mappings know it by (M2): a SAML profile has its attributes' own. */
function emailOf(claims: Claims): string | undefined {
  return readClaim(claims, 'email').values.find((value) => value !== '');
}

function textOf(claims: Claims, name: string): string | undefined {
  const value = claims.byName.get(name)?.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
