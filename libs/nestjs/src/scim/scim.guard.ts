import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { directoryOf } from './current-directory.js';
import { ScimRefusal } from './scim-refusal.js';

/** Lets in whose token the door has verified, and relies on nothing else. */
@Injectable()
export class ScimGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return false;
    if (directoryOf(context.switchToHttp().getRequest<object>())) return true;
    throw ScimRefusal.unknown();
  }
}
