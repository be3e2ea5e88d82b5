/** A role of the access model. Model roles are code: their id is their slug. */
export interface ModelRole {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** `organization` or a resource type. */
  readonly on: string;
  readonly permissions: readonly string[];
  readonly idpGrantable: boolean;
  readonly keepLastHolder: boolean;
}

export interface UseCaseModel {
  /** In the model's order, which M12 ranks by. */
  readonly roles: readonly ModelRole[];
  /** Resource type → type of its parent, or `organization`. */
  readonly resources: ReadonlyMap<string, string>;
  readonly permissions: ReadonlySet<string>;
}
