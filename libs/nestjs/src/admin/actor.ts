import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor } from '@idp-roles/store';

const actors = new WeakMap<object, Actor>();

export function setActor(request: object, actor: Actor): void {
  actors.set(request, actor);
}

/** Who `ServiceKeyGuard` let in. Throws where it did not run: nothing is ever written in nobody's name. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor = actors.get(context.switchToHttp().getRequest<object>());
  if (!actor) throw new Error('`@CurrentActor()` needs `ServiceKeyGuard` on its controller');
  return actor;
});
