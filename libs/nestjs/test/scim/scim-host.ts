import { expect } from 'vitest';
import request, { type Test } from 'supertest';
import { SERVICE_KEY, startHost, type HostApp, type HostSettings } from '../sign-in/host-app.js';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';
type Ask = (method: Method, path: string, body?: object | string) => Test;

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

export interface ScimHost extends HostApp {
  /** With the service key, below `/idp-roles/v1`. */
  readonly admin: Ask;
  /** An organization with a directory and a token of it. */
  tenant(settings?: object): Promise<Tenant>;
  directory(organization: string, settings?: object): Promise<TestDirectory>;
}

interface TestDirectory {
  readonly id: string;
  readonly baseUrl: string;
  readonly token: string;
  /** As the IdP, below the directory's base URL. */
  readonly scim: Ask;
  /** Makes one and answers its id. */
  user(fields: object): Promise<string>;
  group(displayName: string, members?: readonly string[]): Promise<string>;
  patch(path: string, ...operations: object[]): Test;
}

export interface Tenant extends TestDirectory {
  readonly organization: string;
  /** `/organizations/<id>` of the admin API. */
  readonly org: string;
}

let tenants = 0;

export async function startScim(settings: HostSettings = {}): Promise<ScimHost> {
  const host = await startHost(settings);
  const admin = asking(
    `${host.url}${settings.publicPath ?? ''}/idp-roles/v1`,
    SERVICE_KEY,
    'application/json',
  );

  async function directory(organization: string, fields: object = {}): Promise<TestDirectory> {
    const at = `/organizations/${organization}/directories`;
    const made = await admin('post', at, { name: 'Acme directory', ...fields }).expect(201);
    const { id, baseUrl } = made.body as { id: string; baseUrl: string };
    const issued = await admin('post', `${at}/${id}/tokens`, {}).expect(201);
    const token = (issued.body as { token: string }).token;
    const scim = asking(baseUrl, token, 'application/scim+json');
    const idOf = async (asked: Test): Promise<string> => {
      const { status, body } = await asked;
      expect([status, body]).toEqual([201, expect.objectContaining({ id: expect.any(String) })]);
      return (body as { id: string }).id;
    };
    return {
      id,
      baseUrl,
      token,
      scim,
      user: (user) => idOf(scim('post', '/Users', { schemas: [USER], ...user })),
      group: (displayName, members = []) => {
        const named = members.map((value) => ({ value }));
        return idOf(scim('post', '/Groups', { schemas: [GROUP], displayName, members: named }));
      },
      patch: (path, ...operations) => scim('patch', path, { schemas: [PATCH_OP], Operations: operations }),
    };
  }

  return {
    ...host,
    admin,
    directory,
    async tenant(fields = {}) {
      const name = `tenant-${++tenants}`;
      const made = await admin('post', '/organizations', {
        name,
        domains: [`${name}.test`, ...(tenants === 1 ? ['acme.test'] : [])],
      });
      const { id: organization } = made.body as { id: string };
      return {
        organization,
        org: `/organizations/${organization}`,
        ...(await directory(organization, fields)),
      };
    },
  };
}

function asking(base: string, token: string, type: string): Ask {
  return (method, path, body) => {
    const asked = request(base)[method](path).set('authorization', `Bearer ${token}`);
    return body === undefined ? asked : asked.set('content-type', type).send(body);
  };
}

/** RFC 7644, section 3.12. */
export async function expectScimError(asked: Test, status: number, scimType?: string): Promise<void> {
  const answer = await asked;
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      schemas: [ERROR],
      status: String(status),
      detail: expect.stringMatching(/\w/),
      ...(scimType !== undefined && { scimType }),
    },
  ]);
  expect(answer.headers['content-type']).toMatch(/^application\/scim\+json\b/);
  expect(answer.text).not.toMatch(/\bat .*\.(?:ts|js):\d+/);
}
