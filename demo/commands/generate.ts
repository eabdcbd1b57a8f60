import { Command } from 'commander'
import { type Context, withContext } from '../../src/cli/context.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from '../../src/cli/exit.ts'
import { wholeNumber } from '../../src/cli/options.ts'
import { startProgress } from '../../src/cli/progress.ts'
import { duration, number } from '../../src/cli/words.ts'
import { fileNames, generate } from '../generate/generate.ts'

interface Options {
  readonly persons: number
  readonly parties: number
  readonly seed: number
  readonly out: string
  readonly force?: boolean
  readonly quiet?: boolean
}

/** `zvirka generate`: generated people and matching registries (spec 7.1). */
export function generateCommand(): Command {
  return new Command('generate')
    .description('make up people and the registries that fit them')
    .requiredOption('--persons <N>', 'how many persons', wholeNumber(1, 100_000_000))
    .option(
      '--parties <N>',
      'how many parties (health workers and other employees) beside them',
      wholeNumber(0, 1_000_000),
      0,
    )
    .option('--seed <S>', 'the same seed gives the same people, byte for byte', wholeNumber(0, 0xffff_ffff), 1)
    .requiredOption('--out <DIR>', 'the folder for the files; created if it does not exist')
    .option('--force', 'replace files of the same names')
    .option('--quiet', 'show no progress')
    .addHelpText(
      'after',
      `
Writes ${Object.values(fileNames).join(', ')};
no file of parties without --parties.

Examples:
  $ zvirka generate --persons 20000 --parties 500 --seed 1 --out data
  $ zvirka import persons data/persons.ndjson
  $ zvirka import parties data/parties.ndjson`,
    )
    .action(ending((options: Options) => withContext({ isConversation: true }, (context) => run(options, context))))
}

async function run(
  { persons, parties, seed, out, force = false, quiet = false }: Options,
  { interrupt }: Context,
): Promise<ExitCode> {
  const startedAt = Date.now()
  const progress = startProgress({ label: 'making up people', quiet })
  const generated = await generate({
    persons,
    parties,
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
        `${number(lines.persons)} persons${lines.parties > 0 ? ` and ${number(lines.parties)} parties` : ''} in ${out}, with registries of ${number(lines.invalid)} invalid and ${number(lines.stolen)} stolen passports, ` +
          `${number(lines.unzr)} UNZR, ${number(lines.drfo)} taxpayers and ${number(lines.deaths)} acts of death (${duration((Date.now() - startedAt) / 1000)})\n`,
      )
      return exitCode.done
    }
  }
}
