import type { Logger } from '@nestjs/common';
import type { UseCaseEvent } from '@idp-roles/use-cases';
import { causeText } from './cause-text.js';

/** What an operator must not miss; everything else is in the audit events. */
export function logEvent(logger: Logger, event: UseCaseEvent): void {
  switch (event.type) {
    case 'last-holder-kept':
      return logger.warn(
        `\`${event.source}\` would have taken \`${event.role}\` from its last holder ${event.member}; it was kept (S11)`,
      );
    case 'last-holder-lost':
      return logger.warn(
        `nobody active holds \`${event.role}\` any more, since ${event.member} was deactivated; assign it with a service key (S11)`,
      );
    case 'job-batch-failed':
      return logger.error(
        `a batch of ${event.job} came to nothing, ${event.failed ? 'once too often: it is given up' : 'and is tried again'}: ${causeText(event.cause)}`,
      );
  }
}
