import type {
  AccessModel,
  DenialCode,
  Nearest,
  Permission,
  PreparedSnapshot,
  Question,
  QuestionOf,
  Reason,
  ResourceType,
  RoleSlug,
  TenantSlug,
  TypedReference,
} from '@idp-roles/access';
import type { Page } from '@idp-roles/store';
import { Injectable } from '@nestjs/common';
import type { AccessibleResources, MemberWithAccess, ResourceFilter } from './access-listed.js';
import { AccessListing } from './access-listing.js';
import { DecisionStaleException, DecisionUnknownException } from './access-problems.js';
import { AccessReader } from './access-reader.js';
import { AccessSettings } from './access-settings.js';
import { DecisionIds, type AskedQuestion, type RememberedDecision } from './decision-id.js';
import { AccessDeniedException } from './denial.js';

/** The member a question is about. */
export interface Subject {
  readonly organization: string;
  readonly member: string;
}

/** The answer to one question. Plain data, but for `decisionId`, which is signed when it is read. */
export interface AccessAnswer {
  readonly allowed: boolean;
  /** Absent where allowed. */
  readonly code?: DenialCode | 'member-unknown';
  /** The grants that contributed. */
  readonly reasons: readonly Reason[];
  /** The organization's version that was asked; 0 where the member is unknown. */
  readonly version: number;
  readonly decisionId: string;
}

/** A permission, or a role. */
export type AskedOf<Model extends AccessModel> =
  | { readonly permission: Permission<Model>; readonly role?: undefined }
  | { readonly role: RoleSlug<Model> | TenantSlug; readonly permission?: undefined };

/** Of a list. `limit` is 1 to 200, 50 where absent. */
export interface ListPage {
  readonly after?: string;
  readonly limit?: number;
}

/** Why, and where not: what would have been needed. */
export interface AccessExplanation extends Unsigned {
  /** Present where something would have made it a yes. */
  readonly nearest?: Nearest;
}

/** A decision made before, asked again of today's state. */
export interface ExplainedDecision extends RememberedDecision {
  /** One for each of `asked`; a question whose resource could not be read from the request stays denied. */
  readonly now: readonly AccessExplanation[];
  /** Whether the organization has changed since. */
  readonly changed: boolean;
}

type Unsigned = Omit<AccessAnswer, 'decisionId'>;

const UNKNOWN_MEMBER: Unsigned = { allowed: false, code: 'member-unknown', reasons: [], version: 0 };

/** A decision is explained for as long. */
const EXPLAINED_MS = 90 * 24 * 60 * 60 * 1_000;

/**
 * Answers what the guards would, for code that is no handler. Injected as `AccessService<typeof access>`, by the class
 * itself: an alias of the type breaks injection.
 *
 * Every method rejects with `AccessUnavailableException` (503) where the state cannot be read.
 */
@Injectable()
export class AccessService<Model extends AccessModel = AccessModel> {
  constructor(
    private readonly reader: AccessReader,
    private readonly settings: AccessSettings,
    private readonly decisionIds: DecisionIds,
    private readonly listing: AccessListing,
  ) {}

  async check(subject: Subject, question: QuestionOf<Model>): Promise<AccessAnswer> {
    const [answer] = await this.checkMany(subject, [question]);
    return answer!;
  }

  /** Answers in the order of the questions, all of one state of the member. */
  async checkMany(
    subject: Subject,
    questions: readonly QuestionOf<Model>[],
  ): Promise<readonly AccessAnswer[]> {
    const snapshot = await this.reader.snapshot(subject.organization, subject.member);
    return Promise.all(
      questions.map(async (question) =>
        this.#signed(subject, question, await this.#answer(snapshot, question)),
      ),
    );
  }

  /** @throws {AccessDeniedException} 403, as a guard would. */
  async require(subject: Subject, question: QuestionOf<Model>): Promise<AccessAnswer> {
    const answer = await this.check(subject, question);
    if (!answer.allowed) throw new AccessDeniedException('access-denied', () => answer.decisionId);
    return answer;
  }

  /** Why yes: the grants that do. Why no: a code, and the nearest thing that would have made it a yes. For admins, not for who asks. */
  async explain(subject: Subject, question: QuestionOf<Model>): Promise<AccessExplanation> {
    return this.#explained(await this.reader.snapshot(subject.organization, subject.member), question);
  }

  /**
   * Asks again what a 403 or a `check` was about, and says whether the organization has changed since. `within` is whose
   * decisions the caller may see; without it any, and the caller decides who may read the answer. A key of it that is there
   * counts, also as `undefined`: nobody's. Rejects with
   * `DecisionUnknownException` (404) for what we did not sign or is another's, `DecisionStaleException` (410) after 90 days.
   */
  async explainDecision(decisionId: string, within: Partial<Subject> = {}): Promise<ExplainedDecision> {
    const remembered = typeof decisionId === 'string' ? this.decisionIds.read(decisionId) : undefined;
    if (remembered === undefined || !isWithin(remembered, within)) throw new DecisionUnknownException();
    const { organization, member } = remembered;
    if (this.settings.now() - remembered.at > EXPLAINED_MS) throw new DecisionStaleException();
    const snapshot = await this.reader.snapshot(organization, member);
    const now = await Promise.all(remembered.asked.map((asked) => this.#askAgain(snapshot, asked)));
    return { ...remembered, now, changed: (snapshot?.version ?? 0) !== remembered.version };
  }

  /**
   * The registered resources of one type on which the member may: each `check` that would say yes. Page by page, one query each,
   * whose cost does not depend on how many resources there are. Rejects with `AccessListException` (400): `question-unknown`,
   * `cursor-invalid`, and `type-resolved` for types that the host keeps itself, which `resourceFilter` is for.
   */
  listResources(
    subject: Subject,
    { type, after, limit, ...asked }: { readonly type: ResourceType<Model> } & AskedOf<Model> & ListPage,
  ): Promise<AccessibleResources> {
    return this.listing.resources(subject, type, asked, { after, limit });
  }

  /**
   * The active members who may on the resource, or in the organization, with every grant that lets them. Empty where the resource
   * is unknown. A page looks at 1000 holders at most: where many are not active it holds fewer than `limit`, or none, and `after` still
   * leads on. Rejects with `AccessListException` (400): `question-unknown`, `cursor-invalid`.
   */
  listMembers(
    organization: string,
    place: TypedReference<Model> | 'organization',
    { after, limit, ...asked }: AskedOf<Model> & ListPage,
  ): Promise<Page<MemberWithAccess>> {
    return this.listing.members(organization, place, asked, { after, limit });
  }

  /**
   * For a `where` over tables of the host: the resources below which everything of the type counts, and on PostgreSQL a sub-select of
   * the same, to be used in one database with the store. Its placeholders begin with `firstParameter`, 1 where absent.
   */
  resourceFilter(
    subject: Subject,
    {
      type,
      firstParameter = 1,
      ...asked
    }: { readonly type: ResourceType<Model>; readonly firstParameter?: number } & AskedOf<Model>,
  ): Promise<ResourceFilter> {
    return this.listing.filter(subject, type, asked, firstParameter);
  }

  async #askAgain(
    snapshot: PreparedSnapshot | undefined,
    { resource, ...asked }: AskedQuestion,
  ): Promise<AccessExplanation> {
    if (resource === undefined) return this.#explained(snapshot, asked as Question);
    const { type, id } = resource;
    if (id === undefined)
      return { allowed: false, code: 'resource-unknown', reasons: [], version: snapshot?.version ?? 0 };
    return this.#explained(snapshot, { ...asked, resource: { type, id } } as Question);
  }

  async #explained(snapshot: PreparedSnapshot | undefined, question: Question): Promise<AccessExplanation> {
    if (snapshot === undefined) return UNKNOWN_MEMBER;
    const { decision, nearest } = await this.reader.explain(snapshot, question);
    const { allowed, code, reasons } = decision;
    return {
      allowed,
      ...(code && { code }),
      reasons,
      version: snapshot.version,
      ...(nearest && { nearest }),
    };
  }

  async #answer(snapshot: PreparedSnapshot | undefined, question: Question): Promise<Unsigned> {
    if (snapshot === undefined) return UNKNOWN_MEMBER;
    const { allowed, code, reasons } = await this.reader.decide(snapshot, question);
    return { allowed, ...(code && { code }), reasons, version: snapshot.version };
  }

  #signed({ organization, member }: Subject, question: Question, answer: Unsigned): AccessAnswer {
    const at = this.settings.now();
    const { role, permission, resource } = question;
    const asked = {
      ...(role !== undefined && { role }),
      ...(permission !== undefined && { permission }),
      ...(resource && { resource: { type: resource.type, id: resource.id } }),
    };
    const code = answer.allowed ? 'allowed' : 'access-denied';
    const sign = () =>
      this.decisionIds.sign({ organization, member, code, asked: [asked], version: answer.version, at });
    return Object.defineProperty({ ...answer, decisionId: '' }, 'decisionId', {
      enumerable: true,
      get: sign,
    });
  }
}

/** Fails closed: a caller who lost the organization on the way sees no decision, not everyone's. */
function isWithin(decision: Subject, within: unknown): boolean {
  if (typeof within !== 'object' || within === null) return false;
  const given = within as Partial<Subject>;
  return (['organization', 'member'] as const).every(
    (key) => !(key in given) || given[key] === decision[key],
  );
}
