import { Instant } from '../request/instant.js';
import { Optional } from '../request/optional.js';

export class IssueTokenBody {
  /** From then on it opens nothing. Absent: never. */
  @Optional() @Instant() expiresAt?: string;
}
