import { claimsOf, emailVerifiedIn } from '@idp-roles/mapping';

type Json = Readonly<Record<string, unknown>>;

export interface Person {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
}

/** The facts that linking and the member's page need (L4). `emailVerified` is absent where the IdP said nothing. */
export function personOf(claims: Json): Person {
  const email = text(own(claims, 'email'));
  const verified = emailVerifiedIn(claimsOf(claims));
  const name = text(own(claims, 'name')) ?? joined(claims);
  return {
    ...(email !== undefined && { email }),
    ...(verified !== undefined && { emailVerified: verified }),
    ...(name !== undefined && { name }),
  };
}

function joined(claims: Json): string | undefined {
  const parts = [text(own(claims, 'given_name')), text(own(claims, 'family_name'))];
  return text(parts.filter((part) => part !== undefined).join(' '));
}

function own(claims: Json, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
