import type { Connection, Member, Organization, StoreReader, StoreTransaction } from '@idp-roles/store';
import { UseCaseError } from './use-case-error.js';

type Reader = StoreReader | StoreTransaction;

/** Each finds one thing of an organization, or throws its `…-not-found`. What another organization has is not found either. */
export async function findOrganization(reader: Reader, id: string): Promise<Organization> {
  const found = await reader.organizations.get(id);
  if (found === undefined)
    throw new UseCaseError('organization-not-found', `there is no organization \`${id}\``);
  return found;
}

export async function findConnection(reader: Reader, organization: string, id: string): Promise<Connection> {
  const found = await reader.connections.get(organization, id);
  if (found === undefined) throw new UseCaseError('connection-not-found', `there is no connection \`${id}\``);
  return found;
}

export async function findMember(reader: Reader, organization: string, id: string): Promise<Member> {
  const found = await reader.members.get(organization, id);
  if (found === undefined) throw memberNotFound(id);
  return found;
}

/** Locked until the transaction ends, so that changes of one member's grants follow one another (S12). */
export async function lockMember(tx: StoreTransaction, organization: string, id: string): Promise<Member> {
  const found = await tx.members.lock(organization, id);
  if (found === undefined) throw memberNotFound(id);
  return found;
}

function memberNotFound(id: string): UseCaseError {
  return new UseCaseError('member-not-found', `there is no member \`${id}\``);
}
