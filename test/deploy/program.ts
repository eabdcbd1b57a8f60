/** The program as an image has it: what the Containerfile copies, and the packages that it installs. */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repository } from '../support/imports.ts'
import { deployed } from './files.ts'

/** A stage of the Containerfile: its base, and its lines. */
interface Stage {
  readonly name: string
  readonly base: string
  readonly lines: readonly string[]
}

/** The stages in order; a build without a target makes the last one. */
export function stages(): Stage[] {
  const [, ...parts] = deployed('Containerfile').split(/^FROM /m)
  return parts.map((part) => {
    const [head = '', ...lines] = part.split('\n')
    const [base = '', , name = ''] = head.split(' ')
    return { name, base, lines }
  })
}

/** The lines of a stage, after those of its base stages; by default of the last one. */
export function linesOf(name = stages().at(-1)?.name): string[] {
  const stage = stages().find((each) => each.name === name)
  return stage === undefined ? [] : [...linesOf(stage.base), ...stage.lines]
}

/** The paths that the Containerfile copies from the repository into an image or any stage. */
export function copiedPaths(lines: readonly string[] = linesOf()): string[] {
  const copies = lines.flatMap((line) => /^COPY (?!--from)(.+)$/.exec(line)?.[1] ?? [])
  return [...new Set(copies.flatMap((given) => given.trim().split(/\s+/).slice(0, -1)))]
}

interface Locked {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

/** The paths of the packages that `npm ci --omit=dev --omit=optional` installs. */
export async function installedPackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path)
}

/** Makes a folder with exactly the contents of the image. */
export async function layOut(): Promise<{ readonly main: string; readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-image-'))
  for (const path of copiedPaths()) await cp(join(repository, path), join(folder, path), { recursive: true })
  // Nested packages are copied with their parent.
  const outermost = (await installedPackages()).filter((path) => path.split('node_modules/').length === 2)
  for (const path of outermost) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    // Copied, not linked: through a link Node would resolve dependencies beside the original.
    await cp(join(repository, path), join(folder, path), { recursive: true })
  }
  return { main: join(folder, 'src', 'main.ts'), folder, remove: () => rm(folder, { recursive: true }) }
}
