/**
 * What S6–S10 say of one directory beside two connections, told plainly and from DESIGN's words: what a directory gives is a function of
 * its users, groups and mappings as they are; what a connection gave is what it said at the last sign-in. Nobody is a last holder here.
 */
export interface MappingState {
  /** `directory`, `paired` or `other`. */
  readonly source: string;
  readonly claim: string;
  value: string;
  role: string;
  enabled: boolean;
}

export interface UserState {
  active: boolean;
  department: string;
  tookOver: boolean;
}

export interface GroupState {
  name: string;
  readonly externalId: string;
  /** People, whether the directory knows them already or not. */
  members: Set<string>;
}

interface MemberState {
  status: 'invited' | 'active' | 'suspended' | 'deprovisioned';
  readonly api: Set<string>;
  readonly identities: Set<string>;
  /** Source → role → the mappings that give it. */
  readonly said: Map<string, Map<string, Set<string>>>;
}

function isOut({ status }: MemberState): boolean {
  return status === 'suspended' || status === 'deprovisioned';
}

export class DirectoryReference {
  state: 'staging' | 'active' = 'active';
  roleSource: 'directory' | 'sso' | 'both' = 'directory';
  readonly members = new Map<string, MemberState>();
  readonly users = new Map<string, UserState>();
  readonly groups = new Map<string, GroupState>();
  readonly mappings = new Map<string, MappingState>();
  /** Handed back, and not signed in since: the default role of the paired connection comes with their next change (S6, S10). */
  readonly handedBack = new Set<string>();

  /** `role basis source`, with the ids of the mappings that support it. */
  grants(person: string): readonly string[] {
    const member = this.members.get(person);
    if (member === undefined) return [];
    const roles: string[] = [...member.api].map((role) => `${role} api api []`);
    for (const [source, given] of [...member.said, ['directory', this.derived(person)] as const]) {
      for (const [role, mappings] of given)
        roles.push(`${role} force ${source} [${[...mappings].toSorted().join()}]`);
    }
    if (roles.length > 0 || isOut(member)) return roles.toSorted();
    const user = this.users.get(person);
    if (member.identities.has('paired') && !this.isTakenOver(person, 'paired'))
      roles.push('org-guest default paired []');
    if (user?.active && this.givesRoles) roles.push('org-guest default directory []');
    return roles.toSorted();
  }

  /** S7: role → mappings. */
  derived(person: string): Map<string, Set<string>> {
    const user = this.users.get(person);
    const member = this.members.get(person);
    if (!this.givesRoles || !user?.active || member === undefined || isOut(member)) return new Map();
    const groups = [...this.groups.values()].filter(({ members }) => members.has(person));
    return this.matched('directory', {
      groups: groups.map(({ name }) => name),
      'groups.externalId': groups.map(({ externalId }) => externalId),
      department: [user.department],
    });
  }

  signIn(person: string, connection: string, groups: readonly string[]): 'signed-in' | 'refused' {
    const member = this.members.get(person) ?? this.#newcomer(person);
    if (isOut(member)) return 'refused';
    member.status = 'active';
    member.identities.add(connection);
    if (connection === 'paired') this.handedBack.delete(person);
    const given = this.isTakenOver(person, connection) ? new Map() : this.matched(connection, { groups });
    member.said.set(connection, given);
    return 'signed-in';
  }

  provision(person: string, user: Omit<UserState, 'tookOver'>): void {
    const member = this.members.get(person) ?? this.#newcomer(person);
    this.users.set(person, { ...user, tookOver: false });
    if (!user.active) this.#shutOut(person);
    else if (member.status !== 'suspended') member.status = 'active';
  }

  changeUser(person: string, changes: Partial<Omit<UserState, 'tookOver'>>): void {
    const user = this.users.get(person)!;
    const was = user.active;
    Object.assign(user, changes);
    if (was && !user.active) this.#shutOut(person);
    const member = this.members.get(person)!;
    if (!was && user.active && member.status !== 'suspended') member.status = 'active';
  }

  deleteUser(person: string): void {
    this.users.delete(person);
    for (const { members } of this.groups.values()) members.delete(person);
    this.#shutOut(person);
  }

  suspend(person: string): string {
    const member = this.members.get(person)!;
    if (member.status === 'deprovisioned') return 'status-owned-by-directory';
    member.status = 'suspended';
    member.said.clear();
    return 'done';
  }

  /** Who was never let in by an IdP is invited again. */
  activate(person: string): void {
    const member = this.members.get(person)!;
    if (!isOut(member)) return;
    member.status = member.identities.size > 0 || this.users.has(person) ? 'active' : 'invited';
  }

  /** S9: what it gave at the last sign-in and would not give any more. */
  edit(id: string, changes: Partial<Pick<MappingState, 'value' | 'role' | 'enabled'>>): void {
    const mapping = this.mappings.get(id)!;
    const before = { ...mapping };
    Object.assign(mapping, changes);
    const { enabled, value, role } = mapping;
    if (!enabled || value !== before.value || role !== before.role) this.#unsupport(id);
  }

  unmap(id: string): void {
    this.mappings.delete(id);
    this.#unsupport(id);
  }

  /** S6: hands back whom it took over, or takes over whom it gives roles. Call it after every operation. */
  settle(): void {
    for (const [person, user] of this.users) {
      if (!this.#takesOver) {
        if (user.tookOver) this.handedBack.add(person);
        user.tookOver = false;
      } else if (this.derived(person).size > 0) user.tookOver = true;
      if (user.tookOver) this.members.get(person)?.said.delete('paired');
    }
  }

  isTakenOver(person: string, connection: string): boolean {
    return connection === 'paired' && this.#takesOver && this.users.get(person)?.tookOver === true;
  }

  private get givesRoles(): boolean {
    return this.state === 'active' && this.roleSource !== 'sso';
  }

  get #takesOver(): boolean {
    return this.state === 'active' && this.roleSource === 'directory';
  }

  private matched(source: string, claims: Record<string, readonly string[]>): Map<string, Set<string>> {
    const given = new Map<string, Set<string>>();
    for (const [id, { source: of, claim, value, role, enabled }] of this.mappings) {
      if (of !== source || !enabled || !claims[claim]?.includes(value)) continue;
      given.set(role, (given.get(role) ?? new Set()).add(id));
    }
    return given;
  }

  #unsupport(id: string): void {
    for (const { said } of this.members.values()) {
      for (const given of said.values()) {
        for (const [role, mappings] of given) {
          mappings.delete(id);
          if (mappings.size === 0) given.delete(role);
        }
      }
    }
  }

  #shutOut(person: string): void {
    const member = this.members.get(person)!;
    if (member.status !== 'suspended') member.status = 'deprovisioned';
    member.said.clear();
  }

  #newcomer(person: string): MemberState {
    const member: MemberState = {
      status: 'active',
      api: new Set(),
      identities: new Set(),
      said: new Map(),
    };
    this.members.set(person, member);
    return member;
  }
}
