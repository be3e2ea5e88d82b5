import { ArrayMaxSize, IsArray, IsBoolean } from 'class-validator';
import { Clearable, Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

export class OidcBody {
  @Text(2048) issuer!: string;
  @Text(512) clientId!: string;
  @Optional() @Text(4096) clientSecret?: string;
  @Optional() @Text(256, { each: true }) @ArrayMaxSize(50) @IsArray() scopes?: string[];
  @Optional() @Text(64) clientAuthentication?: string;
  @Optional() @Text(64) idTokenSigningAlg?: string;
  @Optional() @IsBoolean() useUserInfo?: boolean;
  @Optional() @IsBoolean() endIdpSession?: boolean;
}

/** What is given replaces, null forgets. */
export class OidcChangesBody {
  @Optional() @Text(2048) issuer?: string;
  @Optional() @Text(512) clientId?: string;
  @Clearable() @Text(4096) clientSecret?: string | null;
  @Clearable() @Text(256, { each: true }) @ArrayMaxSize(50) @IsArray() scopes?: string[] | null;
  @Clearable() @Text(64) clientAuthentication?: string | null;
  @Clearable() @Text(64) idTokenSigningAlg?: string | null;
  @Clearable() @IsBoolean() useUserInfo?: boolean | null;
  @Clearable() @IsBoolean() endIdpSession?: boolean | null;
}
