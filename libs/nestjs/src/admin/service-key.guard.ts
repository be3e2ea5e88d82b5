import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { setActor } from './actor.js';
import { ProblemError } from './problem/problem-error.js';
import { keyShown, ServiceKeys } from './service-keys.js';

/** Lets in who shows a service key. */
@Injectable()
export class ServiceKeyGuard implements CanActivate {
  constructor(private readonly keys: ServiceKeys) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return false;
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: unknown } }>();
    const { authorization } = request.headers;
    const actor = await this.keys.actorOf(authorization);
    if (!actor)
      throw new ProblemError(
        401,
        keyShown(authorization) ? 'service-key-unknown' : 'service-key-missing',
        REFUSED,
      );
    setActor(request, actor);
    return true;
  }
}

const REFUSED = 'send a service key as `Authorization: Bearer <key>`';
