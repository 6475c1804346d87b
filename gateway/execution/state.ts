// One supergraph as it is served: its schema, its planner, and the operations compiled for it. It is swapped whole: a
// request that began with one ends with it.
import { setImmediate } from 'node:timers/promises';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { Kind, OperationTypeNode, parse, printSchema, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { EVERYONE } from '../../subgraphs/shared/audience.ts';
import { SCOPES, type Viewer } from '../../subgraphs/shared/viewer.ts';
import { verdict } from '../../subgraphs/shared/requirement.ts';
import { maskOf, requirements, type Requirements } from '../authorization/requirements.ts';
import { planned as withKeys } from '../idempotency/document.ts';
import type { RoomSource } from '../transport/source.ts';
import { compiled, writer, type Compiled, type PlanPart } from './compiled.ts';
import type { Normalised } from './normalise.ts';
import {
  alone,
  cut,
  fragmentsIn,
  introspection,
  NO_PLAN,
  operationIn,
  rootOnly,
  type Alone,
  type Verdict,
} from './operation.ts';
import { once, preparer, type Prepared } from './prepared.ts';
import { gatewaySdl } from './supergraph.ts';
import { askWhole, wholeOf, type AskWhole } from './whole.ts';
import { shapeOf, type Shape } from './writer/shape.ts';

/** Plans that the planner compares for one operation, at most: it runs on the event loop. */
const PLANS_MAX = 1_000;
/** Ways to one field that the planner follows, at most. */
const PATHS_MAX = 1_000;
/** Operations kept, each with what was compiled of it. */
const OPERATIONS_MAX = 1_000;
/** Characters of them together: what is compiled of a text is hundreds of times as large. */
const TEXTS_MAX = 1_000_000;

export interface StateParts {
  /** With the directives of authorization and cost. */
  supergraphSdl: string;
  source(room: string): RoomSource;
  /** False: answers are written without code made for them. */
  generating: boolean;
  /** Told of each plan that was made, and how long that took. */
  planned: ((document: DocumentNode, milliseconds: number) => void) | undefined;
}

/** An operation for viewers who may read the same of it. */
export interface Runnable {
  /** The room that answers it by itself takes it as it is. */
  whole: AskWhole | null;
  run: Compiled;
  sent: Normalised['sent'];
}

const whoIs = ({ kind, scopes }: Viewer): string => `${kind} ${scopes.join(' ')}`;

export class SchemaState {
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly #parts: StateParts;
  readonly #supergraph: Supergraph;
  readonly #full: GraphQLSchema;
  readonly #requirements: Requirements;
  readonly #prepare: ReturnType<typeof preparer>;
  readonly #planner: QueryPlanner;
  readonly #rooms = new Map<string, GraphQLSchema>();
  readonly #operations = new LRUCache<string, Prepared>({
    max: OPERATIONS_MAX,
    maxSize: TEXTS_MAX,
    sizeCalculation: (_, text) => text.length,
  });

  /** Throws what is wrong with the supergraph. */
  constructor(parts: StateParts) {
    this.#parts = parts;
    this.supergraphSdl = parts.supergraphSdl;
    this.#supergraph = Supergraph.build(gatewaySdl(parts.supergraphSdl));
    for (const { name } of this.#supergraph.subgraphsMetadata()) parts.source(name);
    this.#full = this.#supergraph.schema.toGraphQLJSSchema();
    this.schema = this.#supergraph.apiSchema().toGraphQLJSSchema();
    this.#requirements = requirements(parts.supergraphSdl);
    this.#prepare = preparer(this.schema, this.#full, this.#requirements);
    this.#planner = new QueryPlanner(this.#supergraph, {
      debug: { maxEvaluatedPlans: PLANS_MAX, pathsLimit: PATHS_MAX },
      // Rooms do not compile what uses a fragment twice and has conditions.
      reuseQueryFragments: false,
    });
  }

  /** The operation, which must be valid. Little is done for it yet. */
  prepared({ document, text }: Alone): Prepared {
    let found = this.#operations.get(text);
    if (found === undefined) this.#operations.set(text, (found = this.#prepare(document)));
    return found;
  }

  /** Whether it runs for this viewer at once. */
  knows({ byViewer }: Prepared, viewer: Viewer): boolean {
    return byViewer.has(whoIs(viewer));
  }

  /** The operation as it runs for this viewer. What runs it first waits until it is planned and compiled. */
  runnable(prepared: Prepared, viewer: Viewer): Runnable {
    const who = whoIs(viewer);
    let found = prepared.byViewer.get(who);
    if (found === undefined) {
      const mask = maskOf(prepared.asked, viewer);
      found = prepared.byMask.get(mask) ?? this.#runnable(prepared, viewer);
      prepared.byMask.set(mask, found);
      prepared.byViewer.set(who, found);
    }
    return found;
  }

  /** What clients see, as text. */
  readonly apiSdl = once(() => `${printSchema(this.schema).trim()}\n`);

  /** Compiles the operations of these documents for those who may read all of them. Gives those that are not valid here. */
  async warm<Kept extends { document: string }>(documents: readonly Kept[]): Promise<Kept[]> {
    const wrong: Kept[] = [];
    for (const kept of documents) {
      // Between two of them requests are answered.
      await setImmediate();
      const document = parse(kept.document, { noLocation: true });
      if (validate(this.schema, document).length > 0) {
        wrong.push(kept);
        continue;
      }
      for (const definition of document.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
        const { document: own, operation } = withKeys(this.schema, document, definition);
        for (const kind of EVERYONE)
          this.runnable(this.prepared(alone(own, operation)), { kind, scopes: [...SCOPES], space: '', owner: '' });
      }
    }
    return wrong;
  }

  #runnable(prepared: Prepared, viewer: Viewer): Runnable {
    const {
      document,
      normalised: { document: planned, clientKey, ours, sent },
      isWhole,
      asked,
    } = prepared;
    const denied: Verdict = (type, field) => {
      const requirement = this.#requirements(type, field);
      const found = requirement === null ? 'granted' : verdict(requirement, viewer);
      return found === 'granted' ? undefined : found;
    };
    const left = cut(this.schema, planned, ours, denied);
    const plan = this.#plan(left);
    const introspected = introspection(this.schema, document);
    const shape = shapeOf(operationIn(planned), {
      schema: this.schema,
      fragments: fragmentsIn(planned),
      clientKey,
      denied,
    });
    const isOpen = asked.every((requirement) => verdict(requirement, viewer) === 'granted');
    const room = isOpen && isWhole && introspected === null ? this.#wholeRoom(plan, document) : null;
    const { source, generating } = this.#parts;
    const write = writer({ shape, introspected, generating });
    const fields = shape.fields(shape.type.name)!;
    return {
      whole: room === null ? null : askWhole(source(room), document, fields, write),
      run: compiled(
        { plans: this.#inTurn(plan, left, shape), shape, ground: { schema: this.#full, source, clientKey, ours } },
        write,
      ),
      sent,
    };
  }

  /** The room that answers the operation as it stands, of whose types alone it speaks. */
  #wholeRoom(plan: QueryPlan, document: DocumentNode): string | null {
    const room = wholeOf(plan);
    if (room === null) return null;
    const schema = this.#rooms.get(room) ?? this.#supergraph.subgraphs().get(room)!.schema.toGraphQLJSSchema();
    this.#rooms.set(room, schema);
    return validate(schema, document).length === 0 ? room : null;
  }

  /** Mutations run one after the other as they are written. The planner does not keep to it, so each has a plan of its own. */
  #inTurn(plan: QueryPlan, document: DocumentNode | null, shape: Shape): PlanPart[] {
    const fields = shape
      .fields(shape.type.name)!
      .filter(({ denied, name }) => denied === undefined && !name.startsWith('__'));
    const keys = [...new Set(fields.map(({ from }) => from))];
    const isMutation = document !== null && operationIn(document).operation === OperationTypeNode.MUTATION;
    if (!isMutation || keys.length < 2) return [{ plan, fields }];
    const plans = new Map(
      keys.map((key) => [key, this.#plan(rootOnly(document, ({ alias, name }) => (alias ?? name).value === key))]),
    );
    return fields.map((field) => ({ plan: plans.get(field.from)!, fields: [field] }));
  }

  #plan(document: DocumentNode | null): QueryPlan {
    if (document === null) return NO_PLAN;
    const start = performance.now();
    const plan = this.#planner.buildQueryPlan(operationFromDocument(this.#supergraph.apiSchema(), document));
    this.#parts.planned?.(document, performance.now() - start);
    return plan;
  }
}
