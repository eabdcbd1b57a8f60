/**
 * The demo, if this installation has one: the folder `demo/` beside `src/`, with its fictitious people and users, the generator and the
 * simulator. The production image omits it; only this file uses it.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { FastifyInstance } from 'fastify'
import type { Settings } from '../config/settings.ts'
import type { AcquiredDatabase } from '../database/acquire.ts'
import type { Context } from './context.ts'
import { CommandFailure } from './exit.ts'

/** The options of `zvirka start`. */
export interface StartOptions {
  readonly demo?: true
  readonly registries?: string
}

/** A running demo: its simulator runs, its people are loaded. */
export interface RunningDemo {
  /** With the simulator, and the mail server that captures every mail. */
  readonly settings: Settings
  readonly simulatorUrl: string
  /** Adds the pages that only the demo has. */
  addPages(app: FastifyInstance): void
  /** The lines about simulator and mails at start. */
  greeting(url: string): readonly string[]
  /** Creates the demo's users and tokens, and returns their description. */
  provideAccess(): Promise<readonly string[]>
  /** From now on each caught mail is reported. */
  tellOfMails(url: string): void
}

/** The interface of the folder. */
export interface Demo {
  generateCommand(): Promise<Command>
  simulatorCommand(): Promise<Command>
  begin(context: Context, access: AcquiredDatabase, typed: StartOptions): Promise<RunningDemo>
}

const FOLDER = new URL('../../demo/', import.meta.url)

/** Whether this installation has the demo. */
export function hasDemo(): boolean {
  return existsSync(fileURLToPath(FOLDER))
}

const ADVICE =
  'the production image does not contain it; use a clone of the repository, or the image built with `--target demo`'

/** Loads the demo; fails with a clear message if there is none. */
export async function loadDemo(): Promise<Demo> {
  if (!hasDemo()) throw new CommandFailure('this installation has no demo, no generator and no simulator', ADVICE)
  const { demo } = (await import(new URL('demo.ts', FOLDER).href)) as { readonly demo: Demo }
  return demo
}

/** A command of the demo, or one of the same name that says that there is no demo. */
export async function demoCommand(name: 'generate' | 'simulator'): Promise<Command> {
  if (hasDemo()) return (await loadDemo())[`${name}Command`]()
  return new Command(name)
    .description('not available in this installation')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[anything...]')
    .action(async () => void (await loadDemo()))
}
