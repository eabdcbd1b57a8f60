/** The program as an image has it: what the Containerfile copies, and the packages that it installs. */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repository } from '../support/imports.ts'
import { deployed } from './files.ts'

/** The paths that the Containerfile copies from the repository into the image. */
export function copiedPaths(): string[] {
  const copies = [...deployed('Containerfile').matchAll(/^COPY (?!--from)(.+)$/gm)].map(([, given = '']) => given)
  return [...new Set(copies.flatMap((given) => given.trim().split(/\s+/).slice(0, -1)))]
}

interface Locked {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

/** The packages that `npm ci --omit=dev --omit=optional` installs, by their paths. */
export async function installedPackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path)
}

/** An empty folder with what the image has, and nothing else. */
export async function layOut(): Promise<{ readonly main: string; readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-image-'))
  for (const path of copiedPaths()) await cp(join(repository, path), join(folder, path), { recursive: true })
  // Those inside of another package come with it.
  const outermost = (await installedPackages()).filter((path) => path.split('node_modules/').length === 2)
  for (const path of outermost) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    // Copied, not linked: from a link Node would look for what a package needs beside the original.
    await cp(join(repository, path), join(folder, path), { recursive: true })
  }
  return { main: join(folder, 'src', 'main.ts'), folder, remove: () => rm(folder, { recursive: true }) }
}
