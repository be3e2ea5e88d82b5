import { bombs } from './bombs.js';
import { encodings } from './encodings.js';
import type { SamlCase } from './saml-case.js';
import { algorithms, genuine, keys, shapes, transforms } from './signatures.js';
import { statements } from './statements.js';
import { values } from './values.js';
import { wrapping } from './wrapping.js';

export const samlCases: readonly SamlCase[] = [
  ...genuine,
  ...wrapping,
  ...keys,
  ...algorithms,
  ...transforms,
  ...shapes,
  ...statements,
  ...values,
  ...encodings,
  ...bombs,
];
