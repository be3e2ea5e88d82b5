import { ValidateBy, ValidateNested } from 'class-validator';

type Dto = new () => object;
const nested = new WeakMap<object, Map<string, { readonly dto: () => Dto; readonly list: boolean }>>();

/** The value is there and checked as `dto`; with `list`, each element of an array is. */
export function Nested(dto: () => Dto, options: { readonly list?: boolean } = {}): PropertyDecorator {
  const list = options.list === true;
  const message = `$property must be an ${list ? 'array of objects' : 'object'}`;
  return (prototype, property) => {
    const own = nested.get(prototype) ?? new Map();
    nested.set(prototype, own.set(String(property), { dto, list }));
    ValidateNested({ message })(prototype, property);
    // ValidateNested alone lets through what is missing.
    const validate = (value: unknown) => (list ? Array.isArray(value) : value instanceof dto());
    ValidateBy({ name: 'nested', validator: { validate } }, { message })(prototype, property);
  };
}

/** What `Nested` said about a property, inherited ones included. */
export function nestedOf(prototype: object, property: string) {
  for (let at: object | null = prototype; at; at = Object.getPrototypeOf(at) as object | null) {
    const found = nested.get(at)?.get(property);
    if (found) return found;
  }
  return undefined;
}
