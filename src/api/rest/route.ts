/**
 * A route of the REST API as a value: its parameters, access rule and answers. The server, the OpenAPI document and the tests
 * of access all read the same list, so that no route is without a scope, a description or a test.
 */
import type { z } from 'zod'
import type { AccessPolicy } from '../../access/policy.ts'
import type { Principal } from '../../access/principal.ts'
import type { Actor, ReadSubject } from '../../audit/audit.ts'
import type { Database } from '../../database/database.ts'
import type { Sending } from '../../employee-requests/sending.ts'
import type { Encryption } from '../../encryption/encryption.ts'
import type { ApiMeter } from '../../observability/api-metrics.ts'
import type { Signatures } from '../../signatures/opened.ts'
import type { OwnStream, SubjectKind } from '../../verification/status.ts'
import type { AccessAct } from '../access-acts.ts'
import type { Access } from '../enforce.ts'
import type { JobServices } from '../job-services.ts'
import type { NumberLookups } from '../number-lookups.ts'

/** What a handler gets in addition to its input. */
export interface RouteContext {
  readonly database: Database
  readonly jobs: JobServices
  /** The keys that encrypt secrets; `requireKeys` throws if there are none. */
  readonly encryption: Encryption | undefined
  readonly policy: AccessPolicy
  readonly signatures: Signatures
  /** The groups of services that this installation asks. */
  readonly served: ReadonlySet<OwnStream>
  readonly meter: ApiMeter | undefined
  readonly requestId: string
  /** The address that the request came from. */
  readonly address: string
  /** The cookie by which the device is known. */
  readonly device: string | undefined
  /** The header that makes it known from now on. */
  keepDevice(device: string): Readonly<Record<string, string>>
  /** Notes a sign-in or a sign-out, good or bad; recorded before the answer is sent. */
  readonly note: (act: AccessAct) => void
}

/** The same of a route that asks for a token. */
export interface AuthorizedContext extends RouteContext {
  readonly principal: Principal
  /** For the audit: who acts. */
  readonly actor: Actor
  readonly lookups: NumberLookups
  /** Where the route takes a key, and the request came with one. */
  readonly sending: Sending | undefined
}

/**
 * Whose data an answer holds, for the audit of reads (`itself`: the operation records that with what else it does), and by the rule for whom
 * numbers in it are masked.
 */
export type Personal =
  | 'nobody'
  | { readonly reads: Exclude<ReadSubject, 'audit'> | 'itself'; readonly masks: SubjectKind | 'nothing' }

/** A page of a list (spec 6.1). */
export interface Paging {
  readonly page_number: number
  readonly page_size: number
  readonly total_entries: number
  readonly total_pages: number
  /** False where `total_entries` is an estimate, above 10,000. */
  readonly total_is_exact: boolean
  /** The cursor of the next page; null at the end. */
  readonly next: string | null
}

/** What a handler answers with. */
export type RouteResult<Data> =
  | {
      readonly data: Data
      readonly status?: number
      readonly paging?: Paging
      readonly headers?: Readonly<Record<string, string>>
      /** The part of the answer beside `data` (spec 5). */
      readonly urgent?: Readonly<Record<string, unknown>>
      /** The ids of those whose data it holds, where the route reads somebody's. */
      readonly of?: readonly string[]
      /** The answer is about the sender of the request, so it is not masked, whatever the scopes of the token. */
      readonly isOwn?: boolean
    }
  | undefined

/** An example of a request and its answer, executed by a test. */
export interface RouteExample {
  readonly summary: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Who asks, where that matters. */
  readonly email?: string
  readonly status: number
  /** The `data` of its answer; or, of an example that is refused, nothing. */
  readonly data?: unknown
  /** Members of `data` that are never the same again. */
  readonly varying?: readonly string[]
  /** For a list with more pages: `paging.next`. */
  readonly next?: string
}

interface RouteShape<Params extends z.ZodType, Q extends z.ZodType, Body extends z.ZodType, Data extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters as fastify writes them: `/api/persons/:id`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  readonly params?: Params
  readonly query?: Q
  readonly body?: Body
  /** The shape of `data`; none for an answer without a body (204). */
  readonly data?: Data
  /** The shape of what may stand beside `data`. */
  readonly urgent?: z.ZodType
  /** The statuses of success, if not only 200 (204 for a route without `data`). */
  readonly success?: Readonly<Record<number, string>>
  /** Its statuses in addition to those of every route. */
  readonly errors?: Readonly<Record<number, string>>
  readonly examples?: readonly RouteExample[]
}

interface Input<Params extends z.ZodType, Q extends z.ZodType, Body extends z.ZodType> {
  readonly params: z.output<Params>
  readonly query: z.output<Q>
  readonly body: z.output<Body>
}

/** A route that asks for a token with scopes. */
export interface GuardedRoute<
  Params extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Data extends z.ZodType = z.ZodType,
> extends RouteShape<Params, Q, Body, Data> {
  readonly access: Access
  readonly personal: Personal
  /** Whether it is done once for each `Idempotency-Key` (spec 6.3.8). */
  readonly takesKey?: boolean
  handle(input: Input<Params, Q, Body>, context: AuthorizedContext): Promise<RouteResult<z.input<Data>>>
}

/** A route that anybody may use; `access` says so. */
export interface PublicRoute<
  Params extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Data extends z.ZodType = z.ZodType,
> extends RouteShape<Params, Q, Body, Data> {
  readonly access: 'public'
  handle(input: Input<Params, Q, Body>, context: RouteContext): Promise<RouteResult<z.input<Data>>>
}

/** Any route. */
export type Route = GuardedRoute | PublicRoute

/** Declares a route with the types of its schemas; the program does not start if a route does not declare whose data it returns. */
export function guardedRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, D extends z.ZodType>(
  route: GuardedRoute<P, Q, B, D>,
): Route {
  if (route.personal === undefined) throw new Error(`${route.method} ${route.path} does not say whose data it tells`)
  return route as unknown as GuardedRoute
}

/** Declares a route that anybody may use. */
export function publicRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, D extends z.ZodType>(
  route: PublicRoute<P, Q, B, D>,
): Route {
  return route as unknown as PublicRoute
}
