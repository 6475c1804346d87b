// The supergraph as `@apollo/gateway` takes it: it refuses one that asks for authorization, which it cannot give. What
// is taken out here is enforced by `../authorization`, from the full supergraph.
import { Kind, parse, print, visit, type ASTNode, type ConstDirectiveNode } from 'graphql';

const DIRECTIVES = new Set(['authenticated', 'requiresScopes', 'policy']);
const SCALARS = new Set(['requiresScopes__Scope', 'policy__Policy']);
const FEATURE = /^https:\/\/specs\.apollo\.dev\/(\w+)\//;

function isLinkToOne({ name, arguments: given = [] }: ConstDirectiveNode): boolean {
  if (name.value !== 'link') return false;
  const url = given.find((argument) => argument.name.value === 'url')?.value;
  return url?.kind === Kind.STRING && DIRECTIVES.has(FEATURE.exec(url.value)?.[1] ?? '');
}

function isAuthorization(node: ASTNode): boolean {
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return DIRECTIVES.has(node.name.value);
  if (node.kind === Kind.SCALAR_TYPE_DEFINITION) return SCALARS.has(node.name.value);
  if (node.kind === Kind.DIRECTIVE) return DIRECTIVES.has(node.name.value) || isLinkToOne(node as ConstDirectiveNode);
  return false;
}

/** Asked for by who plans and by `@apollo/gateway`. */
let last = { full: '', stripped: '' };

/** The same graph without `@authenticated`, `@requiresScopes`, `@policy` and what belongs to them; the API is the same. */
export function gatewaySdl(full: string): string {
  if (last.full !== full) {
    const stripped = visit(parse(full), { enter: (node) => (isAuthorization(node) ? null : undefined) });
    last = { full, stripped: print(stripped) };
  }
  return last.stripped;
}
