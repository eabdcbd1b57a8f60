/** A clone of the program: a command that runs in it has an embedded database of its own. */
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { makeClone, type TestClone } from '../support/clones.ts'
import { repository } from '../support/imports.ts'
import { type Command, createLauncher } from './command.ts'

export interface ProgramClone extends TestClone {
  /** Starts a command of the clone. */
  launch(args: readonly string[], environment?: Readonly<Record<string, string>>): Command
}

const PARTS = ['src', 'demo', 'simulator', 'migrations', 'package.json']

/** Copies what a command needs below a temporary folder; the packages are those of the repository. */
export async function cloneProgram(): Promise<ProgramClone> {
  const clone = await makeClone()
  for (const part of PARTS) await cp(join(repository, part), join(clone.directory, part), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(clone.directory, 'node_modules'))
  const { launch, killAll } = createLauncher(join(clone.directory, 'src', 'main.ts'))
  return {
    ...clone,
    launch: (args, environment = {}) => launch(args, { PORT: '0', ...environment }),
    async remove() {
      await killAll()
      await clone.remove()
    },
  }
}
