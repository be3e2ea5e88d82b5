import { beforeAll, describe, expect, it } from 'vitest';
import { fourPeople } from './people.js';
import { ENTERPRISE, ERROR, USER } from './scim-client.js';
import { onEachStore, type ScimDirectory } from './scim-host.js';

onEachStore('RFC 7644, section 3.4.2.2: filters', (host) => {
  let directory: ScimDirectory;
  let ids: Awaited<ReturnType<typeof fourPeople>>;
  let before: number;
  beforeAll(async () => {
    before = Date.now() - 3_600_000;
    directory = await host().directory({ domain: 'filter.test' });
    ids = await fourPeople(directory.scim);
    const { scim } = directory;
    await scim.group('Engineering', [ids.alice, ids.bob], { externalId: 'G-eng' });
    await scim.group('engineering leads', [ids.bob]);
    await scim.group('Sales');
  });

  const people = async (filter: string): Promise<string> =>
    (await directory.scim.found('Users', filter)).map((name) => name.split('@')[0]).join(' ');
  const groups = (filter: string) => directory.scim.found('Groups', filter);

  it.each([
    ['eq', 'userName eq "bob@acme.test"', 'bob'],
    ['ne', 'userName ne "bob@acme.test"', 'alice carol dave'],
    ['co', 'userName co "ob@ac"', 'bob'],
    ['sw', 'userName sw "al"', 'alice'],
    ['ew', 'title ew "Engineer"', 'alice bob'],
    ['pr', 'title pr', 'alice bob'],
    ['gt', 'userName gt "bob@acme.test"', 'carol dave'],
    ['ge', 'userName ge "bob@acme.test"', 'bob carol dave'],
    ['lt', 'userName lt "bob@acme.test"', 'alice'],
    ['le', 'userName le "bob@acme.test"', 'alice bob'],
  ])('operator %s: %s', async (_, filter, expected) => {
    expect(await people(filter)).toBe(expected);
  });

  it.each([
    ['active eq true', 'alice bob dave'],
    ['active eq false', 'carol'],
    ['active ne true', 'carol'],
    ['not (active eq true)', 'carol'],
    ['not (title pr)', 'carol dave'],
    ['title eq null', 'carol dave'],
    ['title ne null', 'alice bob'],
    ['name.familyName eq "Baker"', 'bob'],
    ['name.familyName sw "c"', 'carol'],
    ['name.familyName pr', 'alice bob carol'],
    [`${ENTERPRISE}:department eq "Sales"`, 'bob'],
    [`${ENTERPRISE}:employeeNumber eq "701"`, 'alice'],
    [`${USER}:userName eq "bob@acme.test"`, 'bob'],
    [`${USER}:name.familyName eq "Baker"`, 'bob'],
  ])('attributes: %s', async (filter, expected) => {
    expect(await people(filter)).toBe(expected);
  });

  it.each([
    ['emails pr', 'alice bob carol'],
    ['emails.value eq "alice@home.test"', 'alice'],
    ['emails eq "alice@home.test"', 'alice'],
    ['emails co "home.test"', 'alice carol'],
    ['emails.type eq "home"', 'alice carol'],
    ['emails[type eq "work"]', 'alice bob'],
    ['emails[type eq "work" and value co "home.test"]', ''],
    ['emails[type eq "home" and value sw "carol"]', 'carol'],
    ['emails[type eq "work" or type eq "home"]', 'alice bob carol'],
    ['emails[not (type eq "work")]', 'alice carol'],
    ['emails[type eq "work" and not (value ew "@acme.test")]', ''],
    ['emails[(type eq "home") and (value eq "alice@home.test" or value eq "x")]', 'alice'],
    ['emails.type eq "work" and emails.value co "home.test"', 'alice'],
    ['emails[type eq "work"].value eq "alice@acme.test"', 'alice'],
    ['title pr and emails[type eq "home"]', 'alice'],
    ['emails[type eq "home"] or userName eq "dave@acme.test"', 'alice carol dave'],
  ])('multi-valued complex attributes: %s', async (filter, expected) => {
    expect(await people(filter)).toBe(expected);
  });

  it.each([
    ['title pr or userName sw "dave" and active eq false', 'alice bob'],
    ['(title pr or userName sw "dave") and active eq false', ''],
    ['userName sw "dave" or title pr and active eq true', 'alice bob dave'],
    ['not (title pr) and active eq true', 'dave'],
    ['not (title pr and active eq true)', 'carol dave'],
    ['not (title pr) or userName sw "bob"', 'bob carol dave'],
    ['not (not (title pr))', 'alice bob'],
    ['title pr and (userName sw "a" or userName sw "b") and not (userName sw "b")', 'alice'],
    ['((userName sw "a"))', 'alice'],
    ['userName sw "a" or userName sw "b" or userName sw "c"', 'alice bob carol'],
  ])('not binds before and, and before or, brackets before all: %s', async (filter, expected) => {
    expect(await people(filter)).toBe(expected);
  });

  it.each([
    ['USERNAME EQ "bob@acme.test"', 'bob'],
    ['username Sw "BOB"', 'bob'],
    ['Title PR AND Active Eq TRUE', 'alice bob'],
    ['NOT (title pr) OR userName eq "bob@acme.test"', 'bob carol dave'],
    ['EMAILS[Type Eq "WORK" And VALUE co "BOB"]', 'bob'],
    ['Name.FamilyName eq "baker"', 'bob'],
    [`${ENTERPRISE.toUpperCase()}:Department eq "sales"`, 'bob'],
  ])('names of attributes and operators are read in any case: %s', async (filter, expected) => {
    expect(await people(filter)).toBe(expected);
  });

  it.each([
    ['userName eq "BOB@ACME.TEST"', 'bob'],
    ['displayName eq "alice ames"', 'alice'],
    ['externalId eq "EXT-bob"', 'bob'],
    ['externalId eq "ext-bob"', ''],
    ['externalId sw "EXT-"', 'alice bob'],
  ])('values in any case, except where the schema says caseExact: %s', async (filter, expected) => {
    expect(await people(filter)).toBe(expected);
  });

  it('ids are exact', async () => {
    expect(await people(`id eq "${ids.bob}"`)).toBe('bob');
    expect(await people(`id eq "${ids.bob}" or id eq "${ids.dave}"`)).toBe('bob dave');
    expect(await people(`id eq "${ids.bob.toUpperCase()}"`)).toBe(
      ids.bob.toUpperCase() === ids.bob ? 'bob' : '',
    );
  });

  it('instants compare as instants, whatever their zone', async () => {
    const all = 'alice bob carol dave';
    const past = new Date(before).toISOString();
    const future = new Date(Date.now() + 3_600_000).toISOString();
    expect(await people(`meta.lastModified gt "${past}"`)).toBe(all);
    expect(await people(`meta.created lt "${future}"`)).toBe(all);
    expect(await people(`meta.lastModified gt "${future}"`)).toBe('');
    const { meta } = await directory.scim.read(`/Users/${ids.bob}`);
    expect(await people(`meta.created eq "${meta.created}" and id eq "${ids.bob}"`)).toBe('bob');
    const elsewhere = `${new Date(Date.parse(meta.created) + 7_200_000).toISOString().slice(0, -1)}+02:00`;
    expect(await people(`meta.created ge "${elsewhere}" and id eq "${ids.bob}"`)).toBe('bob');
    expect(await people(`meta.created gt "${elsewhere}" and id eq "${ids.bob}"`)).toBe('');
  });

  it.each([
    ['displayName eq "ENGINEERING"', ['Engineering']],
    ['displayName sw "engineering"', ['Engineering', 'engineering leads']],
    ['externalId eq "G-eng"', ['Engineering']],
    ['externalId eq "g-eng"', []],
    ['displayName co "s" and not (externalId pr)', ['Sales', 'engineering leads']],
    ['members pr', ['Engineering', 'engineering leads']],
    ['not (members pr)', ['Sales']],
  ])('groups: %s', async (filter, expected) => {
    expect(await groups(filter)).toEqual(expected);
  });

  it('groups by member, and people by group', async () => {
    expect(await groups(`members eq "${ids.alice}"`)).toEqual(['Engineering']);
    expect(await groups(`members.value eq "${ids.bob}"`)).toEqual(['Engineering', 'engineering leads']);
    expect(await groups(`members[value eq "${ids.bob}"] and displayName sw "engineering l"`)).toEqual([
      'engineering leads',
    ]);
    const [engineering] = (await directory.scim.get('/Groups', { filter: 'externalId eq "G-eng"' })).body[
      'Resources'
    ];
    expect(await people(`groups.value eq "${engineering.id}"`)).toBe('alice bob');
    expect(await people(`groups eq "${engineering.id}" and title sw "Lead"`)).toBe('bob');
  });

  describe('a filter that cannot be answered is 400 invalidFilter, never everyone', () => {
    it.each([
      'userName',
      'userName eq',
      'userName eq bob',
      "userName eq 'bob'",
      'userName is "bob"',
      'userName eq "bob',
      'userName eq "bob" and',
      'and userName eq "bob"',
      'userName eq "bob" userName eq "x"',
      '(userName eq "bob"',
      'userName eq "bob")',
      'not userName eq "bob"',
      'emails[type eq "work"',
      'emails[]',
      'emails[nothing eq "work"]',
      'nobodyKnows eq "x"',
      'nobodyKnows pr',
      'userName.value eq "x"',
      'name.nobodyKnows eq "x"',
      'urn:nobody:knows:userName eq "x"',
      'password eq "x"',
      'password pr',
      'active gt true',
      'active ge true',
      'active lt true',
      'active le false',
      'active eq "perhaps"',
      'userName eq 7',
      'userName gt true',
      'userName co 7',
      'meta.created gt "yesterday"',
      '__proto__ eq "x"',
      'constructor.name eq "x"',
      'userName eq "a\\qb"',
      '1 eq 1',
      '""',
      '()',
    ])('%s', async (filter) => {
      const { status, body } = await directory.scim.get('/Users', { filter });
      expect(body).toMatchObject({ schemas: [ERROR], status: '400', scimType: 'invalidFilter' });
      expect(status).toBe(400);
    });
  });

  describe('what a value holds is only text', () => {
    it.each([
      ['%', 'a%b'],
      ['_', 'a_b'],
      ['\\', 'a\\b'],
      ['"', 'a"b'],
      ["'", "a'b"],
      ['*', 'a*b'],
      ['[', 'a[b'],
      [')', 'a)b'],
      ['a quote that would end SQL', "x'; drop table members; --"],
    ])('%s', async (_, text) => {
      const { scim } = await host().directory();
      await scim.user('somebody', { displayName: 'axb' });
      await scim.user('quoted', { displayName: text });
      const value = JSON.stringify(text);
      expect(await scim.found('Users', `displayName eq ${value}`)).toEqual(['quoted']);
      expect(await scim.found('Users', `displayName co ${value}`)).toEqual(['quoted']);
      expect(await scim.found('Users', `displayName sw ${value}`)).toEqual(['quoted']);
      expect(await scim.found('Users', `displayName ew ${value}`)).toEqual(['quoted']);
      expect(await scim.found('Users', `displayName co ${JSON.stringify(text.slice(1, -1))}`)).toEqual([
        'quoted',
      ]);
    });

    it('escapes of JSON are read', async () => {
      expect(await people('userName eq "\\u0062ob@acme.test"')).toBe('bob');
    });

    it('letters beyond ASCII compare without case too', async () => {
      const { scim } = await host().directory();
      await scim.user('ÄRGER', { displayName: 'Öl' });
      expect(await scim.found('Users', 'userName eq "ärger"')).toEqual(['ÄRGER']);
      expect(await scim.found('Users', 'displayName co "öL"')).toEqual(['ÄRGER']);
    });
  });

  it('3.4.2: nothing found is 200 with totalResults 0', async () => {
    const { status, body } = await directory.scim.get('/Users', { filter: 'userName eq "nobody"' });
    expect([status, body['totalResults'], body['Resources'] ?? []]).toEqual([200, 0, []]);
  });
});
