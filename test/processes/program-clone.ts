/** A clone of the program: its commands use a separate embedded database. */
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeClone, type TestClone } from '../support/clones.ts'
import { repository } from '../support/imports.ts'
import { type Command, createLauncher } from './command.ts'

export interface ProgramClone extends TestClone {
  /** Starts a command of the clone. */
  launch(args: readonly string[], environment?: Readonly<Record<string, string>>): Command
  /** Ends its remaining commands. */
  killAll(): Promise<void>
}

const PARTS = ['src', 'demo', 'simulator', 'migrations', 'package.json']

/** The number of made-up people in a clone's demo: a tenth of the usual one, since each start asks four registries about all of them. */
export const CLONE_PERSONS = 300

/** Copies what a command needs to a temporary folder; packages are the repository's. */
export async function cloneProgram(): Promise<ProgramClone> {
  const clone = await makeClone()
  for (const part of PARTS) await cp(join(repository, part), join(clone.directory, part), { recursive: true })
  const people = join(clone.directory, 'demo', 'people.ts')
  const smaller = (await readFile(people, 'utf8'))
    .replace('DEMO_PERSONS = 3000', `DEMO_PERSONS = ${CLONE_PERSONS}`)
    .replace('DEMO_PARTIES = 300', `DEMO_PARTIES = ${CLONE_PERSONS / 10}`)
  await writeFile(people, smaller)
  await symlink(join(repository, 'node_modules'), join(clone.directory, 'node_modules'))
  const { launch, killAll } = createLauncher(join(clone.directory, 'src', 'main.ts'))
  return {
    ...clone,
    launch: (args, environment = {}) => launch(args, { PORT: '0', ...environment }),
    killAll,
    async remove() {
      await killAll()
      await clone.remove()
    },
  }
}
