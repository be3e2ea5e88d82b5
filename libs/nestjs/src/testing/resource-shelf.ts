import { ORGANIZATION, type AccessModel, type ResourceReference } from '@idp-roles/access';
import { TEST_ORGANIZATION, type TestResource } from './test-person.js';

/** The resources of a test, kept in memory; refuses those that the model's tree has no place for. */
export class ResourceShelf {
  readonly #parents = new Map<string, ResourceReference | undefined>();

  constructor(private readonly model: AccessModel) {}

  add({ organization = TEST_ORGANIZATION, type, id, parent }: TestResource): void {
    const parentType = this.model.resources.get(type);
    if (parentType === undefined)
      throw new Error(`testing: \`${type}\` is no resource type of the access model`);
    if (parentType !== (parent?.type ?? ORGANIZATION))
      throw new Error(
        `testing: ${type} \`${id}\` stands under a ${parentType}; list it in \`resources\` with that as \`parent\``,
      );
    if (parent && !this.has(organization, parent))
      throw new Error(`testing: ${parent.type} \`${parent.id}\` is unknown; list it in \`resources\` first`);
    this.#parents.set(keyOf(organization, { type, id }), parent);
  }

  has(organization: string, resource: ResourceReference): boolean {
    return this.#parents.has(keyOf(organization, resource));
  }

  path(organization: string, resource: ResourceReference): readonly ResourceReference[] | undefined {
    if (!this.has(organization, resource)) return undefined;
    const path: ResourceReference[] = [];
    for (
      let at: ResourceReference | undefined = resource;
      at;
      at = this.#parents.get(keyOf(organization, at))
    )
      path.push({ type: at.type, id: at.id });
    return path;
  }
}

function keyOf(organization: string, { type, id }: ResourceReference): string {
  return JSON.stringify([organization, type, id]);
}
