import { ValidateBy, ValidateIf } from 'class-validator';
import { Text } from '../request/text.js';

/** `{connection:id}` or `{directory:id}`: with neither, or both, `connection` is reported. */
export class SourceBody {
  @ValidateIf((source: SourceBody) => source.directory === undefined || source.connection !== undefined)
  @AloneOrAbsent()
  @Text(64)
  connection?: string;

  @ValidateIf((source: SourceBody) => source.directory !== undefined)
  @Text(64)
  directory?: string;
}

function AloneOrAbsent(): PropertyDecorator {
  return ValidateBy({
    name: 'alone',
    validator: {
      validate: (_, args) => (args?.object as SourceBody | undefined)?.directory === undefined,
      defaultMessage: () => 'a source is a connection or a directory, not both',
    },
  });
}
