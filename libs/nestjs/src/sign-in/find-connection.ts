import { organizationOf, type Connection } from '@idp-roles/store';
import type { UseCaseContext } from '@idp-roles/use-cases';
import { SignInFailure } from './sign-in-failure.js';

/** The connection of one of our addresses, whatever its state. */
export async function findConnection(
  { store }: Pick<UseCaseContext, 'store'>,
  id: string,
  protocol?: Connection['protocol'],
): Promise<Connection> {
  const organization = organizationOf(id);
  const connection = organization && (await store.read.connections.get(organization, id));
  if (!connection) throw new SignInFailure(404, 'connection-unknown', 'this sign-in address is not known');
  if (protocol && connection.protocol !== protocol) {
    throw new SignInFailure(404, 'protocol-mismatch', 'this sign-in address does not speak that protocol');
  }
  return connection;
}
