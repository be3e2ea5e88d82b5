import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn } from 'class-validator';
import { Clearable, Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

/** By fields, or by metadata as XML or by its address. */
export class SamlBody {
  @Optional() @Text(1024) idpIssuer?: string;
  @Optional() @Text(2048) entryPoint?: string;
  @Optional()
  @Text(16_384, { each: true })
  @ArrayNotEmpty()
  @ArrayMaxSize(10)
  @IsArray()
  certificates?: string[];
  @Optional() @Text(512 * 1024) idpMetadataXml?: string;
  @Optional() @Text(2048) idpMetadataUrl?: string;
  @Optional() @IsIn(['redirect', 'post']) binding?: 'redirect' | 'post';
  /** Where the IdP takes logouts (L9). Null: a logout ends here. */
  @Clearable() @Text(2048) logoutUrl?: string | null;
  @Clearable() @IsIn(['redirect', 'post']) logoutBinding?: 'redirect' | 'post' | null;
  /** Where it wants its own answered, if elsewhere. */
  @Clearable() @Text(2048) logoutResponseUrl?: string | null;
}
