import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One import in a file; paths are relative to the repository. */
export interface Import {
  readonly file: string
  /** The imported file, or the name of a package or Node module. */
  readonly target: string
  readonly isOurs: boolean
}

export const repository = fileURLToPath(new URL('../..', import.meta.url))

const IMPORT = /\b(?:from|import)\s*\(?\s*'([^']+)'/g

async function importsOf(file: string): Promise<Import[]> {
  const text = await readFile(join(repository, file), 'utf8')
  return [...text.matchAll(IMPORT)].map(([, specifier = '']) =>
    specifier.startsWith('.')
      ? { file, target: normalize(join(dirname(file), specifier)), isOurs: true }
      : { file, target: specifier, isOurs: false },
  )
}

/** Every import in the TypeScript files of the folders, including type-only ones. */
export async function readImports(...folders: string[]): Promise<Import[]> {
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(repository, folder), { recursive: true }))
        .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('dist/'))
        .map((name) => join(folder, name)),
    ),
  )
  return (await Promise.all(files.flat().map(importsOf))).flat()
}

/** The files of an import cycle; undefined if there is none. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const targets = Map.groupBy(imports, ({ file }) => file)
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] | undefined => {
    const start = path.indexOf(file)
    if (start >= 0) return [...path.slice(start), file]
    if (done.has(file)) return undefined
    path.push(file)
    for (const { target } of targets.get(file) ?? []) {
      const cycle = visit(target)
      if (cycle !== undefined) return cycle
    }
    path.pop()
    done.add(file)
    return undefined
  }
  for (const file of targets.keys()) {
    const cycle = visit(file)
    if (cycle !== undefined) return cycle
  }
  return undefined
}
