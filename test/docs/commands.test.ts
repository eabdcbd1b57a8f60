import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { zvirka } from '../cli/zvirka.ts'
import { readDocument, readDocuments, shellLines, tableRows } from './markdown.ts'

const readmes = ['README.md', 'README.uk.md'].map(readDocument)

/** The commands in the program's help: lines indented by two below `Commands:`. */
async function commandsOfHelp(): Promise<string[]> {
  const { out } = await zvirka(['--help'])
  const [, list = ''] = out.split('Commands:')
  return [...list.matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name = '']) => name)
}

/** The commands in the table: rows that begin with `zvirka …`. */
function commandsOfTable(text: string): string[] {
  return tableRows(text).flatMap(([first = '']) => /^`zvirka ([a-z]+)/.exec(first)?.[1] ?? [])
}

/** The words after `zvirka` or `npm start --` in shell blocks. */
function typedIn(text: string): string[][] {
  return shellLines(text)
    .map((line) => line.replace(/^npm start --/, 'zvirka start').replace(/^npx /, ''))
    .filter((line) => line.startsWith('zvirka '))
    .map((line) => line.split(/\s+/).slice(1))
}

/** The words that no command knows: the command, a subcommand or an option. */
async function unknownIn([name = '', ...words]: readonly string[]): Promise<string[]> {
  const command = (await createProgram([name])).commands.find((each) => each.name() === name)
  if (command === undefined) return [name]
  const below = command.commands.find((each) => each.name() === words[0])
  if (below === undefined && command.commands.length > 0) return [words[0] ?? name]
  const known = (below ?? command).options.map(({ long }) => long)
  return words.filter((word) => word.startsWith('--') && !known.includes(word))
}

describe.each(readmes)('$path', ({ text }) => {
  test('has exactly the commands of `zvirka --help` in its table', async () => {
    const commands = await commandsOfHelp()
    expect(commands.length).toBeGreaterThan(5)
    expect(commandsOfTable(text).toSorted()).toEqual(commands.toSorted())
  })
})

test('no document uses an unknown command or option', async () => {
  const typed = readDocuments().flatMap(({ path, text }) => typedIn(text).map((words) => ({ path, words })))
  expect(typed.length).toBeGreaterThan(15)
  const unknown = await Promise.all(
    typed.map(async ({ path, words }) =>
      (await unknownIn(words)).map((word) => `${path}: ${words.join(' ')}: ${word}`),
    ),
  )
  expect(unknown.flat()).toEqual([])
})

test('both READMEs show the same commands', () => {
  const [english, ukrainian] = readmes.map(({ text }) => shellLines(text))
  expect(ukrainian).toEqual(english)
})
