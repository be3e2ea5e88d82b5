import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { generateKeys, startSimulator } from '../src/index.js';
import { relyingParty } from './relying-party.js';
import { serviceProvider } from './service-provider.js';

const quiet = { log: false } as const;

/** Sockets and servers that would keep a process alive, once the event loop has had time to finish what was closed. */
async function heldOpen(): Promise<string[]> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP'));
}

describe('starting and closing', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('says that it is for development', async () => {
    const lines: string[] = [];
    const simulator = await startSimulator({ log: (line) => lines.push(line) });
    await simulator.close();
    expect(lines).toEqual([expect.stringContaining('for development and tests only')]);
  });

  it('refuses to start in production unless told at length', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await expect(startSimulator(quiet)).rejects.toMatchObject({ code: 'production-refused' });
    const simulator = await startSimulator({
      ...quiet,
      allowInProductionAlthoughAnyoneCanSignInAsAnyone: true,
    });
    await simulator.close();
  });

  it('prints nothing beside its log', async () => {
    const printed = (['log', 'info', 'warn', 'error'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    const simulator = await startSimulator(quiet);
    await (await relyingParty(simulator)).signIn('alice');
    await simulator.close();
    for (const spy of printed) {
      expect(spy.mock.calls).toEqual([]);
      spy.mockRestore();
    }
  });

  it('leaves no server and no connection after close, though a client keeps its connection open', async () => {
    const warm = await startSimulator(quiet);
    await (await relyingParty(warm)).signIn('alice');
    await warm.close();
    const before = await heldOpen();

    const simulator = await startSimulator(quiet);
    await (await relyingParty(simulator)).signIn('alice');
    await serviceProvider(simulator).signIn('bob');
    const idle = connect(Number(new URL(simulator.url).port), '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const ended = new Promise((resolve) => idle.once('close', resolve));
    await simulator.close();
    await ended;
    expect(await heldOpen()).toEqual(before);
    await expect(fetch(simulator.url)).rejects.toThrow();
  });

  it('frees the port when what it was given is wrong', async () => {
    const port = await startSimulator(quiet).then(async (simulator) => {
      await simulator.close();
      return Number(new URL(simulator.url).port);
    });
    const wrong = startSimulator({ ...quiet, port, people: [{ login: 'NO' }] });
    await expect(wrong).rejects.toMatchObject({ code: 'person-invalid' });
    await (await startSimulator({ ...quiet, port })).close();
  });

  it('takes people, personality and applications from its options', async () => {
    const simulator = await startSimulator({
      ...quiet,
      people: [{ login: 'zoe', subject: 'fixed', groups: ['X'] }],
      personality: 'joined',
      serviceProviders: [{ entityId: 'http://sp.test', acsUrl: 'http://sp.test/acs' }],
    });
    try {
      expect(simulator.people.list()).toMatchObject([{ login: 'zoe', subject: 'fixed', groups: ['X'] }]);
      expect(simulator.personality).toBe('joined');
      expect(simulator.saml.issue('http://sp.test', 'zoe').action).toBe('http://sp.test/acs');
    } finally {
      await simulator.close();
    }
  });
});

describe('two simulators', () => {
  it('are two IdPs: nothing of one counts at the other', async () => {
    const [acme, globex] = await Promise.all([startSimulator(quiet), startSimulator(quiet)]);
    try {
      acme.people.edit('alice', { groups: ['Only at Acme'] });
      acme.personality = 'joined';
      const claims = (await (await relyingParty(globex)).signIn('alice')).claims;
      expect(claims).toMatchObject({ iss: globex.oidc.issuer, groups: ['Engineering'] });
      expect(claims.sub).not.toBe(acme.people.get('alice').subject);
      const atAcme = serviceProvider(acme);
      const foreign = serviceProvider(globex, { validateInResponseTo: undefined });
      await expect(foreign.verify(await acme.answerSaml(await atAcme.loginUrl(), 'alice'))).rejects.toThrow(
        /signature/i,
      );
    } finally {
      await Promise.all([acme.close(), globex.close()]);
    }
  });
});

describe('keys', () => {
  it('come with a certificate that is valid, self-signed and theirs', async () => {
    const keys = await generateKeys();
    const certificate = new X509Certificate(keys.samlCertificate);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(keys.samlPrivateKey))).toBe(true);
    expect(certificate.subject).toBe('CN=idp-roles simulator');
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now() + 9 * 365 * 86_400_000);
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  });

  it('may be shared', async () => {
    const keys = await generateKeys();
    const [one, two] = await Promise.all([
      startSimulator({ ...quiet, keys }),
      startSimulator({ ...quiet, keys }),
    ]);
    await Promise.all([one.close(), two.close()]);
    expect(one.saml.certificate).toBe(two.saml.certificate);
    expect(one.people.get('alice').subject).toBe(two.people.get('alice').subject);
  });
});

describe('a data folder', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'simulator-')), 'made');
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('keeps certificate, subjects, edits and registrations over a restart, for its owner only', async () => {
    const before = await startSimulator({ ...quiet, dataDir });
    before.people.edit('alice', { groups: ['Finance'], email: 'new@acme.test' });
    before.people.add({ login: 'grace' });
    before.personality = 'guids';
    before.saml.registerServiceProvider({ entityId: 'http://sp.test', acsUrl: 'http://sp.test/acs' });
    const people = before.people.list();
    await before.close();
    const after = await startSimulator({ ...quiet, dataDir, personality: 'array' });
    await after.close();
    expect(after.saml.certificate).toBe(before.saml.certificate);
    expect(after.people.list()).toEqual(people);
    expect(after.personality).toBe('guids');
    expect(after.saml.issue('http://sp.test', 'grace').action).toBe('http://sp.test/acs');
    const files = await readdir(dataDir);
    expect(files.toSorted()).toEqual(['simulator-keys.json', 'simulator-realm.json']);
    for (const file of files) expect((await stat(join(dataDir, file))).mode & 0o077).toBe(0);
  });

  it.each([
    ['simulator-keys.json', 'keys-unreadable'],
    ['simulator-realm.json', 'archive-unreadable'],
  ])('that is damaged in %s is refused as %s, saying which file to delete', async (file, code) => {
    await (await startSimulator({ ...quiet, dataDir })).close();
    for (const text of ['{', '{}', 'null']) {
      await writeFile(join(dataDir, file), text);
      const error: unknown = await startSimulator({ ...quiet, dataDir }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code, message: expect.stringContaining(file) });
    }
  });
});
