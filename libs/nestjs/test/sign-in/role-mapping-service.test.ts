import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemberService, RoleMappingService } from '../../src/index.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

describe('A11: a verify hook of the host', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;

  beforeAll(async () => {
    [host, idp] = await Promise.all([startHost(), startIdp()]);
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  it.each([
    'email',
    'mail',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    'urn:oid:0.9.2342.19200300.100.1.3',
  ])('L4, M2: links an invited member by the address in `%s`', async (claim) => {
    const email = `somebody-${claim.length}@acme.test`;
    const invited = await host.app.get(MemberService).invite({ organization: acme.organization, email });
    const outcome = await host.app.get(RoleMappingService).signIn({
      connection: acme.saml,
      subject: `subject-${claim.length}`,
      claims: { [claim]: [email], groups: ['Engineering'] },
    });
    expect(outcome).toMatchObject({
      outcome: 'signed-in',
      linkedBy: 'email',
      member: { id: invited.id, status: 'active', email },
    });
  });

  it('L4: an address given beside the claims counts before theirs, and one called unverified links nobody', async () => {
    const roleMapping = host.app.get(RoleMappingService);
    const person = { connection: acme.saml, claims: { email: 'claimed@acme.test', email_verified: false } };
    const unverified = await roleMapping.signIn({ ...person, subject: 'x' });
    expect(unverified).toMatchObject({ outcome: 'signed-in', linkedBy: 'created' });
    expect(unverified).not.toHaveProperty('member.email');
    const given = { ...person, subject: 'y', email: 'given@acme.test', emailVerified: true };
    expect(await roleMapping.signIn(given)).toMatchObject({ member: { email: 'given@acme.test' } });
  });
});
