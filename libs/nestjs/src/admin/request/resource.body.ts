import { Text } from './text.js';

/** `{type, id}`, everywhere a resource is named. */
export class ResourceBody {
  @Text(64) type!: string;
  @Text(255) id!: string;
}
