// What the command line asks of the graph.
const USER_ERRORS = 'userErrors { code field message }';
const PROGRAMME = `programme { version state awaits effectiveAt rollbackOf } replayed ${USER_ERRORS}`;

export const PLAN = `query ProgrammePlan($document: String!) {
  programmePlan(document: $document) {
    version changes { path before after } tierMoves { from { code } to { code } members } ${USER_ERRORS}
  }
}`;
export const APPLY = `mutation ProgrammeApply($input: ProgrammeApplyInput!) { programmeApply(input: $input) { ${PROGRAMME} } }`;
export const ROLLBACK = `mutation ProgrammeRollback($input: ProgrammeRollbackInput!) { programmeRollback(input: $input) { ${PROGRAMME} } }`;
export const DRAFT = `mutation ProgrammeDraft($input: ProgrammeDraftInput!) {
  programmeDraft(input: $input) { draft { version } replayed ${USER_ERRORS} }
}`;
export const EXPORT = 'query ProgrammeDocument($version: String) { programmeDocument(version: $version) }';

export interface UserError {
  code: string;
  field: string[] | null;
  message: string;
}

export interface Plan {
  version: string;
  changes: { path: string; before: string | null; after: string | null }[];
  tierMoves: { from: { code: string }; to: { code: string }; members: number }[];
  userErrors: UserError[];
}

export interface Applied {
  programme: {
    version: string;
    state: string;
    awaits: string[];
    effectiveAt: string | null;
    rollbackOf: string | null;
  } | null;
  replayed: boolean;
  userErrors: UserError[];
}

export interface Drafted {
  draft: { version: string } | null;
  replayed: boolean;
  userErrors: UserError[];
}
