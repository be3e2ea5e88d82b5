import { standingProblem } from '@idp-roles/access';
import type { Organization } from '@idp-roles/store';
import type { Request, Response } from 'express';
import type { LiveAccess, LiveMember } from '../live/live-access.js';
import type { UseCases } from '../use-cases.js';
import type { SessionPrincipal, Sessions } from './sessions.js';

/** `GET /sso/session`. */
export interface SessionView {
  readonly member: { readonly id: string; readonly email?: string; readonly name?: string };
  readonly organization: { readonly id: string; readonly name: string };
  readonly roles: readonly {
    readonly role: string;
    readonly resource?: { readonly type: string; readonly id: string };
    readonly source: string;
  }[];
}

type OpenSession = SessionPrincipal & { readonly id: string };

/** A7: by then every instance has heard of what another committed. */
const HEARD_WITHIN_MS = 2_000;

/** Who is signed in on a request, judged by the store's present state and not by what the session remembers (A7, S8). */
export class CurrentMember {
  constructor(
    private readonly sessions: Sessions,
    private readonly live: LiveAccess,
    private readonly useCases: UseCases,
  ) {}

  /** Undefined where nobody is, or the session was ended here or elsewhere. Says nothing about the member's status: the guard does. */
  async principal(request: Request, response: Response): Promise<OpenSession | undefined> {
    return (await this.#open(request, response))?.session;
  }

  async #open(
    request: Request,
    response: Response,
  ): Promise<{ readonly session: OpenSession; readonly member: LiveMember } | undefined> {
    const session = await this.sessions.principal(request, response);
    if (!session) return undefined;
    const { organization, member: id, id: open } = session;
    const kept = await this.live.member(organization, id);
    if (kept?.sessions.has(open)) return { session, member: kept };
    // It ended, or began on another instance a moment ago and was not heard of here yet.
    const age = Math.abs(this.useCases.context.clock() - session.beganAt);
    if (age > HEARD_WITHIN_MS) return undefined;
    const member = await this.live.memberAnew(organization, id);
    return member?.sessions.has(open) ? { session, member } : undefined;
  }

  async describe(request: Request, response: Response): Promise<SessionView | undefined> {
    const open = await this.#open(request, response);
    if (!open || standingProblem(open.member.prepared, open.session.beganAt)) return undefined;
    const { stored, prepared } = open.member;
    const organization: Organization | undefined = await this.useCases.context.store.read.organizations.get(
      stored.organization,
    );
    if (!organization) return undefined;
    const now = this.useCases.context.clock();
    const standing = prepared.grants.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
    return {
      member: { id: stored.member, email: stored.email, name: stored.name },
      organization: { id: organization.id, name: organization.name },
      roles: standing.map(({ role, resource, source }) => ({
        role: prepared.roleById(role)?.slug ?? role,
        ...(resource && { resource }),
        source,
      })),
    };
  }
}
