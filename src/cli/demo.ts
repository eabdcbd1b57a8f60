/**
 * The demo, where this installation has one: the folder `demo/` beside `src/`, with the made-up people, their users, the generator and the
 * simulator. The production image leaves it out, and nothing else of the program knows what is in it.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { FastifyInstance } from 'fastify'
import type { Settings } from '../config/settings.ts'
import type { AcquiredDatabase } from '../database/acquire.ts'
import type { Context } from './context.ts'
import { CommandFailure } from './exit.ts'

/** What was typed behind `zvirka start`. */
export interface StartOptions {
  readonly demo?: true
  readonly registries?: string
}

/** A running demo: its simulator runs, its people are loaded. */
export interface RunningDemo {
  /** They name the simulator, and the mail server that catches every mail. */
  readonly settings: Settings
  readonly simulatorUrl: string
  /** Adds the pages that only the demo has. */
  addPages(app: FastifyInstance): void
  /** What the start says of simulator and mails. */
  greeting(url: string): readonly string[]
  /** Makes the demo's users and their tokens, and says what they are. */
  provideAccess(): Promise<readonly string[]>
  /** From now on each caught mail is reported. */
  tellOfMails(url: string): void
}

/** What the folder offers. */
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
