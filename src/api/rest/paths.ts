/** The methods of each path: an unknown method is 405 and an unknown path 404 (spec 6.3). */

/** A path with its methods. */
export interface ServedPath {
  readonly method: string
  readonly path: string
}

/** The methods of a path; undefined: unknown path. */
export type MethodsOf = (path: string) => readonly string[] | undefined

/** Finds the route of a path. A path without parameters takes precedence: `/api/persons/verifications` is not a person. */
export function methodsByPath(routes: readonly ServedPath[]): MethodsOf {
  const byPath = Map.groupBy(routes, ({ path }) => path)
  const fixed = new Map<string, string[]>()
  const patterns: { readonly pattern: RegExp; readonly methods: string[] }[] = []
  for (const [path, of] of byPath) {
    const methods = [...new Set(of.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
    if (path.includes(':')) patterns.push({ pattern: patternOf(path), methods })
    else fixed.set(path, methods)
  }
  return (path) => {
    const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
    return fixed.get(bare) ?? patterns.find(({ pattern }) => pattern.test(bare))?.methods
  }
}

function patternOf(path: string): RegExp {
  const parts = path
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  return new RegExp(`^${parts.join('/')}$`)
}
