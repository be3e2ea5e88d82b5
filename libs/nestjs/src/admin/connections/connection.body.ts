import { IsBoolean, IsIn, ValidateIf } from 'class-validator';
import { Nested } from '../request/nested.js';
import { Clearable, Optional } from '../request/optional.js';
import { Text } from '../request/text.js';
import { ClaimValues } from './claim-values.js';
import { OidcBody, OidcChangesBody } from './oidc.body.js';
import { SamlBody } from './saml.body.js';

/** Options of both protocols. Null forgets what may be absent. */
export class ConnectionOptionsBody {
  @Optional() @IsIn(['force', 'import']) defaultSyncMode?: 'force' | 'import';
  /** A role's slug. */
  @Clearable() @Text(64) defaultRole?: string | null;
  @Optional() @IsBoolean() denyWithoutRole?: boolean;
  @Optional() @IsIn(['revoke', 'keep']) absentClaim?: 'revoke' | 'keep';
  /** Null: unless an active directory is paired with it (L4). */
  @Clearable() @IsBoolean() jit?: boolean | null;
  /** SAML only. */
  @Optional() @IsBoolean() allowIdpInitiated?: boolean;
  @Clearable() @ClaimValues() requiredClaims?: Record<string, string | readonly string[]> | null;
  @Clearable() @Text(512) subjectClaim?: string | null;
}

export class CreateConnectionBody extends ConnectionOptionsBody {
  @Text() name!: string;
  @IsIn(['saml', 'oidc']) protocol!: 'saml' | 'oidc';
  @ValidateIf((body: CreateConnectionBody) => body.protocol === 'saml' || body.saml !== undefined)
  @Nested(() => SamlBody)
  saml?: SamlBody;
  @ValidateIf((body: CreateConnectionBody) => body.protocol === 'oidc' || body.oidc !== undefined)
  @Nested(() => OidcBody)
  oidc?: OidcBody;
  @Optional() @IsIn(['draft', 'active']) state?: 'draft' | 'active';
}

export class UpdateConnectionBody extends ConnectionOptionsBody {
  @Optional() @Text() name?: string;
  @Optional() @Nested(() => SamlBody) saml?: SamlBody;
  @Optional() @Nested(() => OidcChangesBody) oidc?: OidcChangesBody;
  @Optional() @IsIn(['draft', 'active', 'disabled']) state?: 'draft' | 'active' | 'disabled';
}
