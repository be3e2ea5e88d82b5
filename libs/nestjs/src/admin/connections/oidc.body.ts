import { ArrayMaxSize, IsArray, IsBoolean } from 'class-validator';
import { Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

export class OidcBody {
  @Text(2048) issuer!: string;
  @Text(512) clientId!: string;
  @Optional() @Text(4096) clientSecret?: string;
  @Optional() @IsArray() @ArrayMaxSize(50) @Text(256, { each: true }) scopes?: string[];
  @Optional() @Text(64) clientAuthentication?: string;
  @Optional() @Text(64) idTokenSigningAlg?: string;
  @Optional() @IsBoolean() useUserInfo?: boolean;
}

export class OidcChangesBody {
  @Optional() @Text(2048) issuer?: string;
  @Optional() @Text(512) clientId?: string;
  @Optional() @Text(4096) clientSecret?: string;
  @Optional() @IsArray() @ArrayMaxSize(50) @Text(256, { each: true }) scopes?: string[];
  @Optional() @Text(64) clientAuthentication?: string;
  @Optional() @Text(64) idTokenSigningAlg?: string;
  @Optional() @IsBoolean() useUserInfo?: boolean;
}
