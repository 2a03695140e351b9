/** What the routes of HQ share: the store, who asks, the audit, and how a route is documented. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HqKeys } from './auth.ts';
import type { HqConnection } from './open.ts';

type Json = Record<string, unknown>;
export type RouteContext = {
  readonly db: HqConnection;
  readonly keys: HqKeys;
  /** Current instant, ISO 8601 UTC with milliseconds. */
  readonly now: () => string;
  /** Throws `Refusal` 401 when the service token is not given. */
  readonly requireService: (request: FastifyRequest) => void;
  readonly auditEntry: (actor: string, role: string, what: string, target: string, outcome: string) => Promise<void>;
  /** Told the names of commands after their commit: what follows from them in other streams is done in the background. */
  readonly committed: (names: readonly string[]) => void;
};

/** A zod schema as the JSON Schema that documents a body. */
export const json = (schema: z.ZodType): Json => {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  return body;
};
const problemSchema = z.object({ ok: z.literal(false), problem: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }) });
/** Documentation of a route's answers: its own, and the refusals that all share. */
export const answers = (body: Json): Json => ({ 200: body, '4xx': json(problemSchema) });
