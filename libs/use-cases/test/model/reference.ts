import type { Basis } from '@idp-roles/mapping';

/**
 * What the rules say, told plainly: whole-state functions over maps, written from DESIGN's rules and not from the engine. One
 * organization; claims are groups, mappings are exact; `org-admin` is kept from losing its last holder; every connection
 * creates members.
 */
export interface ModelGrant {
  readonly role: string;
  readonly source: string;
  readonly basis: Basis;
  /** Mapping → the value that it found. */
  evidence: Map<string, string>;
  /** Since which operation: for what a concurrent one may not have seen yet. */
  readonly since: number;
}

export interface ModelMember {
  status: 'invited' | 'active' | 'suspended';
  statusSince: number;
  readonly createdSince: number;
  readonly identities: Set<string>;
  readonly sessions: Map<string, string>;
  /** By role, source and basis. */
  readonly grants: Map<string, ModelGrant>;
}

interface ModelMapping {
  readonly connection: string;
  value: string;
  role: string;
  syncMode: 'force' | 'import';
  enabled: boolean;
}

interface ModelConnection {
  active: boolean;
  readonly defaultRole?: string;
  readonly denyWithoutRole: boolean;
}

export interface ModelState {
  readonly members: Map<string, ModelMember>;
  readonly mappings: Map<string, ModelMapping>;
  readonly connections: Map<string, ModelConnection>;
}

export type Operation =
  | {
      readonly do: 'sign-in';
      readonly person: string;
      readonly connection: string;
      readonly groups: readonly string[];
      readonly session: string;
    }
  | { readonly do: 'invite'; readonly person: string }
  | { readonly do: 'assign'; readonly person: string; readonly role: string }
  /** `grant` is its key, or undefined where it is one that is gone. */
  | { readonly do: 'revoke'; readonly person: string; readonly grant: string | undefined }
  | { readonly do: 'suspend' | 'activate'; readonly person: string }
  | { readonly do: 'map'; readonly mapping: string; readonly body: Omit<ModelMapping, 'enabled'> }
  | {
      readonly do: 'edit';
      readonly mapping: string;
      readonly changes: Partial<Omit<ModelMapping, 'connection'>>;
    }
  | { readonly do: 'unmap'; readonly mapping: string }
  | { readonly do: 'disable' | 'enable'; readonly connection: string };

const KEPT = 'org-admin';

export const keyOf = ({ role, source, basis }: Pick<ModelGrant, 'role' | 'source' | 'basis'>) =>
  `${role} ${basis} ${source}`;

class Refusal extends Error {}

/** One operation after another; answers what the engine should answer, and moves `state` on unless it is refused. */
export class Reference {
  constructor(
    readonly state: ModelState,
    readonly at: number,
    /** Whether what that operation made was not seen yet: a holder of the kept role, or a member. */
    readonly unseen: (since: number, what: 'holder' | 'member') => boolean = () => false,
  ) {}

  run(operation: Operation): string {
    try {
      return this.#run(operation);
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }

  #run(one: Operation): string {
    const { members, mappings, connections } = this.state;
    switch (one.do) {
      case 'sign-in':
        return this.#signIn(one);
      case 'invite':
        if (members.has(one.person)) return 'email-taken';
        members.set(one.person, this.#newcomer('invited'));
        return 'invited';
      case 'assign': {
        const member = this.#member(one.person);
        const grant = { role: one.role, source: 'api', basis: 'api' } as const;
        if (member.grants.has(keyOf(grant))) return 'unchanged';
        this.#give(member, grant);
        this.#settleDefaults(member);
        return 'assigned';
      }
      case 'revoke': {
        const member = this.#member(one.person);
        const grant = member.grants.get(one.grant ?? '');
        if (grant === undefined) return 'assignment-not-found';
        if (grant.basis === 'force') return 'grant-owned-by-mapping';
        if (grant.basis === 'default') return 'grant-owned-by-default';
        if (this.#isLast(one.person, [grant])) return 'last-holder';
        member.grants.delete(keyOf(grant));
        this.#settleDefaults(member);
        return 'revoked';
      }
      case 'suspend':
        return this.#suspend(one.person);
      case 'activate': {
        const member = this.#member(one.person);
        if (member.status !== 'suspended') return 'unchanged';
        this.#become(member, member.identities.size > 0 ? 'active' : 'invited');
        this.#settleDefaults(member);
        return 'reactivated';
      }
      case 'map':
        mappings.set(one.mapping, { ...one.body, enabled: true });
        return 'created';
      case 'edit': {
        const before = mappings.get(one.mapping);
        if (before === undefined) return 'mapping-not-found';
        const after = { ...before, ...one.changes };
        const supports = (grant: ModelGrant, value: string) =>
          after.enabled && after.syncMode === 'force' && after.role === grant.role && after.value === value;
        this.#withdraw((grant) => this.#lessOne(grant, one.mapping, supports));
        mappings.set(one.mapping, after);
        return 'edited';
      }
      case 'unmap':
        if (!mappings.has(one.mapping)) return 'mapping-not-found';
        this.#withdraw((grant) => this.#lessOne(grant, one.mapping, () => false));
        mappings.delete(one.mapping);
        return 'deleted';
      case 'disable': {
        const connection = connections.get(one.connection)!;
        if (!connection.active) return 'disabled';
        connection.active = false;
        const source = `sso:${one.connection}`;
        const goes = ({ basis }: ModelGrant) => basis === 'force' || basis === 'default';
        try {
          this.#withdraw((grant) => (grant.source === source && goes(grant) ? 'gone' : 'untouched'));
        } catch (error) {
          connection.active = true;
          throw error;
        }
        for (const { sessions } of members.values())
          for (const [session, through] of sessions) if (through === one.connection) sessions.delete(session);
        return 'disabled';
      }
      case 'enable':
        connections.get(one.connection)!.active = true;
        return 'enabled';
    }
  }

  /** S1–S5, S8, S10, S11. */
  #signIn({ person, connection: id, groups, session }: Operation & { do: 'sign-in' }): string {
    const { members, connections, mappings } = this.state;
    const connection = connections.get(id)!;
    if (!connection.active) return 'connection-not-active';
    const stored = members.get(person);
    const hidden = stored !== undefined && this.unseen(stored.createdSince, 'member');
    const known = hidden ? undefined : stored;
    if (known?.status === 'suspended') return 'member-suspended';
    const member = structuredClone(known) ?? this.#newcomer('active');
    if (member.status === 'invited') this.#become(member, 'active');
    const source = `sso:${id}`;
    const wanted = new Map<string, ModelGrant>();
    for (const [mapping, { connection: of, enabled, value, role, syncMode }] of mappings) {
      if (of !== id || !enabled || !groups.includes(value)) continue;
      if (syncMode === 'import' && known !== undefined) continue;
      const grant = { role, source, basis: syncMode, evidence: new Map(), since: this.at };
      const due = wanted.get(keyOf(grant)) ?? grant;
      due.evidence.set(mapping, value);
      wanted.set(keyOf(due), due);
    }
    const recognised = member.identities.has(id);
    const going: ModelGrant[] = [];
    for (const grant of member.grants.values()) {
      if (grant.source !== source || grant.basis !== 'force') continue;
      const due = wanted.get(keyOf(grant));
      if (due === undefined) going.push(grant);
      else grant.evidence = due.evidence;
    }
    for (const [key, grant] of wanted) if (!member.grants.has(key)) member.grants.set(key, grant);
    for (const grant of going) {
      if (this.#isLast(person, [grant], member)) grant.evidence = new Map();
      else member.grants.delete(keyOf(grant));
    }
    member.identities.add(id);
    this.#settleDefaults(member);
    if (connection.denyWithoutRole && member.grants.size === 0) {
      if (recognised) members.set(person, member);
      return 'no-role';
    }
    if (hidden) throw new Refusal('two members for one person');
    member.sessions.set(session, id);
    members.set(person, member);
    return 'signed-in';
  }

  #suspend(person: string): string {
    const member = this.#member(person);
    if (member.status === 'suspended') return 'unchanged';
    const lost = this.#isLast(person, [...member.grants.values()], member, new Map());
    this.#become(member, 'suspended');
    member.sessions.clear();
    for (const [key, { basis }] of member.grants)
      if (basis === 'force' || basis === 'default') member.grants.delete(key);
    return lost ? `deactivated, ${KEPT} lost` : 'deactivated';
  }

  /** S9: what each force grant is after an edit of one mapping. */
  #lessOne(
    grant: ModelGrant,
    mapping: string,
    supports: (grant: ModelGrant, value: string) => boolean,
  ): 'untouched' | 'gone' | Map<string, string> {
    const value = grant.basis === 'force' ? grant.evidence.get(mapping) : undefined;
    if (value === undefined || supports(grant, value)) return 'untouched';
    if (grant.evidence.size === 1) return 'gone';
    return new Map([...grant.evidence].filter(([of]) => of !== mapping));
  }

  /** All or nothing: S11 refuses the edit where it would take the kept role from its last holder. */
  #withdraw(verdict: (grant: ModelGrant) => 'untouched' | 'gone' | Map<string, string>): void {
    const { members } = this.state;
    const after = structuredClone(members);
    for (const [person, member] of after) {
      const verdicts = [...member.grants.values()].map((grant) => [grant, verdict(grant)] as const);
      if (verdicts.every(([, what]) => what === 'untouched')) continue;
      const gone = verdicts.filter(([, what]) => what === 'gone').map(([grant]) => grant);
      if (this.#isLast(person, gone, member, undefined, after)) throw new Refusal('last-holder');
      for (const [grant, what] of verdicts) if (what instanceof Map) grant.evidence = what;
      for (const grant of gone) member.grants.delete(keyOf(grant));
      this.#settleDefaults(member);
    }
    members.clear();
    for (const [person, member] of after) members.set(person, member);
  }

  /** S11: whether nobody active would hold the kept role once these are gone, though this member did. */
  #isLast(
    person: string,
    going: readonly ModelGrant[],
    member: ModelMember = this.#member(person),
    staying?: ReadonlyMap<string, ModelGrant>,
    members: ReadonlyMap<string, ModelMember> = this.state.members,
  ): boolean {
    const isKept = ({ role }: ModelGrant) => role === KEPT;
    if (member.status !== 'active' || !going.some(isKept)) return false;
    const left = [...(staying ?? member.grants).values()].filter((grant) => !going.includes(grant));
    if (left.some(isKept)) return false;
    return ![...members].some(
      ([name, { status, statusSince, grants }]) =>
        name !== person &&
        status === 'active' &&
        !this.unseen(statusSince, 'holder') &&
        [...grants.values()].some((grant) => isKept(grant) && !this.unseen(grant.since, 'holder')),
    );
  }

  /** S10. */
  #settleDefaults(member: ModelMember): void {
    const hasRole = [...member.grants.values()].some(({ basis }) => basis !== 'default');
    const due = new Set<string>();
    if (!hasRole && member.status !== 'suspended') {
      for (const id of member.identities) {
        const { active, defaultRole } = this.state.connections.get(id)!;
        if (!active || defaultRole === undefined) continue;
        const grant = { role: defaultRole, source: `sso:${id}`, basis: 'default' } as const;
        due.add(keyOf(grant));
        if (!member.grants.has(keyOf(grant))) this.#give(member, grant);
      }
    }
    for (const [key, { basis }] of member.grants)
      if (basis === 'default' && !due.has(key)) member.grants.delete(key);
  }

  #give(member: ModelMember, grant: Pick<ModelGrant, 'role' | 'source' | 'basis'>): void {
    member.grants.set(keyOf(grant), { ...grant, evidence: new Map(), since: this.at });
  }

  #become(member: ModelMember, status: ModelMember['status']): void {
    member.status = status;
    member.statusSince = this.at;
  }

  #newcomer(status: 'invited' | 'active'): ModelMember {
    const empty = { identities: new Set<string>(), sessions: new Map(), grants: new Map() };
    return { status, statusSince: this.at, createdSince: this.at, ...empty };
  }

  #member(person: string): ModelMember {
    const member = this.state.members.get(person);
    if (member === undefined) throw new Refusal('member-not-found');
    return member;
  }
}
