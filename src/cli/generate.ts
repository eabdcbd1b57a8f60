import { Command } from 'commander'
import { fileNames, generate } from '../generate/generate.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { wholeNumber } from './options.ts'
import { startProgress } from './progress.ts'
import { duration, number } from './words.ts'

interface Options {
  readonly persons: number
  readonly seed: number
  readonly out: string
  readonly force?: boolean
  readonly quiet?: boolean
}

/** `zvirka generate`: made-up people and the registries that fit them (spec 7.1). */
export function generateCommand(): Command {
  return new Command('generate')
    .description('make up people and the registries that fit them')
    .requiredOption('--persons <N>', 'how many persons', wholeNumber(1, 100_000_000))
    .option('--seed <S>', 'the same seed gives the same people, byte for byte', wholeNumber(0, 0xffff_ffff), 1)
    .requiredOption('--out <DIR>', 'the folder for the files; made if it is not there')
    .option('--force', 'replace files of the same names')
    .option('--quiet', 'show no progress')
    .addHelpText(
      'after',
      `
Writes ${Object.values(fileNames).join(', ')}.

Examples:
  $ zvirka generate --persons 20000 --seed 1 --out data
  $ zvirka import persons data/persons.ndjson`,
    )
    .action(ending((options: Options) => withContext({ isConversation: true }, (context) => run(options, context))))
}

async function run(
  { persons, seed, out, force = false, quiet = false }: Options,
  { interrupt }: Context,
): Promise<ExitCode> {
  const startedAt = Date.now()
  const progress = startProgress({ label: 'making up persons', quiet })
  const generated = await generate({
    persons,
    seed,
    folder: out,
    force,
    signal: interrupt.signal,
    onProgress: (done) => progress.update({ done, total: persons }),
  }).finally(() => progress.stop())

  switch (generated.kind) {
    case 'in_the_way':
      throw new CommandFailure(
        `${out} has ${generated.names.join(', ')} already`,
        'take another folder, or --force to replace them',
      )
    case 'interrupted':
      return exitCode.interrupted
    case 'done': {
      const { lines } = generated
      process.stdout.write(
        `${number(lines.persons)} persons in ${out}, with registries of ${number(lines.invalid)} invalid and ${number(lines.stolen)} stolen passports ` +
          `and ${number(lines.unzr)} UNZR (${duration((Date.now() - startedAt) / 1000)})\n`,
      )
      return exitCode.done
    }
  }
}
