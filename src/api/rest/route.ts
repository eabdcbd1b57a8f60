/**
 * A route of the REST API as a value: its parameters, access rule and answers. The server, the OpenAPI document and the access tests read
 * the same list, so no route lacks a scope, a description or a test.
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
  /** The streams whose registries this installation asks. */
  readonly served: ReadonlySet<OwnStream>
  readonly meter: ApiMeter | undefined
  readonly requestId: string
  /** The client's address. */
  readonly address: string
  /** The cookie of a known device. */
  readonly device: string | undefined
  /** The header that sets this cookie. */
  keepDevice(device: string): Readonly<Record<string, string>>
  /** Notes a sign-in or sign-out, successful or not; recorded before the answer is sent. */
  readonly note: (act: AccessAct) => void
}

/** The same for a route that requires a token. */
export interface AuthorizedContext extends RouteContext {
  readonly principal: Principal
  /** The acting user, for the audit. */
  readonly actor: Actor
  readonly lookups: NumberLookups
  /** Present if the route accepts a key and the request has one. */
  readonly sending: Sending | undefined
}

/**
 * Whose data an answer contains, for the audit of reads (`itself`: the operation records it together with its other effects), and whose
 * masking rule applies to its numbers.
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
  /** False if `total_entries` is an estimate, above 10,000. */
  readonly total_is_exact: boolean
  /** The cursor of the next page; null at the end. */
  readonly next: string | null
}

/** The result of a handler. */
export type RouteResult<Data> =
  | {
      readonly data: Data
      readonly status?: number
      readonly paging?: Paging
      readonly headers?: Readonly<Record<string, string>>
      /** The part of the answer beside `data` (spec 5). */
      readonly urgent?: Readonly<Record<string, unknown>>
      /** The ids of the subjects whose data it contains, if the route reads personal data. */
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
  /** The sender, if it matters. */
  readonly email?: string
  readonly status: number
  /** The `data` of its answer; absent if the example is refused. */
  readonly data?: unknown
  /** Members of `data` that differ each time. */
  readonly varying?: readonly string[]
  /** For a list with more pages: `paging.next`. */
  readonly next?: string
}

interface RouteShape<Params extends z.ZodType, Q extends z.ZodType, Body extends z.ZodType, Data extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters in fastify's syntax: `/api/persons/:id`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  readonly params?: Params
  readonly query?: Q
  readonly body?: Body
  /** The shape of `data`; none for an answer without a body (204). */
  readonly data?: Data
  /** The schema of the part beside `data`. */
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

/** A route that requires a token with scopes. */
export interface GuardedRoute<
  Params extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Data extends z.ZodType = z.ZodType,
> extends RouteShape<Params, Q, Body, Data> {
  readonly access: Access
  readonly personal: Personal
  /** Whether it is executed once per `Idempotency-Key` (spec 6.3.8). */
  readonly takesKey?: boolean
  handle(input: Input<Params, Q, Body>, context: AuthorizedContext): Promise<RouteResult<z.input<Data>>>
}

/** A public route; `access` says so. */
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
  if (route.personal === undefined)
    throw new Error(`${route.method} ${route.path} does not declare whose data it returns (personal)`)
  return route as unknown as GuardedRoute
}

/** Declares a public route. */
export function publicRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, D extends z.ZodType>(
  route: PublicRoute<P, Q, B, D>,
): Route {
  return route as unknown as PublicRoute
}
