import type { AccessModel, DenialCode, Question, QuestionOf, Reason } from '@idp-roles/access';
import { Injectable } from '@nestjs/common';
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

/** A decision made before, asked again of today's state. */
export interface ExplainedDecision extends RememberedDecision {
  /** One for each of `asked`; a question whose resource could not be read from the request stays denied. */
  readonly now: readonly Omit<AccessAnswer, 'decisionId'>[];
  /** Whether the organization has changed since. */
  readonly changed: boolean;
}

type Unsigned = Omit<AccessAnswer, 'decisionId'>;

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
  ) {}

  async check(subject: Subject, question: QuestionOf<Model>): Promise<AccessAnswer> {
    return this.#signed(subject, question, await this.#answer(subject, question));
  }

  /** Answers in the order of the questions. */
  checkMany(subject: Subject, questions: readonly QuestionOf<Model>[]): Promise<readonly AccessAnswer[]> {
    return Promise.all(questions.map((question) => this.check(subject, question)));
  }

  /** @throws {AccessDeniedException} 403, as a guard would. */
  async require(subject: Subject, question: QuestionOf<Model>): Promise<AccessAnswer> {
    const answer = await this.check(subject, question);
    if (!answer.allowed) throw new AccessDeniedException('access-denied', () => answer.decisionId);
    return answer;
  }

  /** `undefined` where the id is none that we signed. Whoever calls this decides who may read the answer. */
  async explainDecision(decisionId: string): Promise<ExplainedDecision | undefined> {
    const remembered = this.decisionIds.read(decisionId);
    if (remembered === undefined) return undefined;
    const now = await Promise.all(remembered.asked.map((asked) => this.#askAgain(remembered, asked)));
    const snapshot = await this.reader.snapshot(remembered.organization, remembered.member);
    return { ...remembered, now, changed: (snapshot?.version ?? 0) !== remembered.version };
  }

  async #askAgain(subject: Subject, { resource, ...asked }: AskedQuestion): Promise<Unsigned> {
    if (resource === undefined) return this.#answer(subject, asked as Question);
    const { type, id } = resource;
    if (id === undefined) return { allowed: false, code: 'resource-unknown', reasons: [], version: 0 };
    return this.#answer(subject, { ...asked, resource: { type, id } } as Question);
  }

  async #answer({ organization, member }: Subject, question: Question): Promise<Unsigned> {
    const snapshot = await this.reader.snapshot(organization, member);
    if (snapshot === undefined) return { allowed: false, code: 'member-unknown', reasons: [], version: 0 };
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
