import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { zvirka } from '../cli/zvirka.ts'
import { readDocument, shellLines, tableRows } from './markdown.ts'

const readmes = ['README.md', 'README.uk.md'].map(readDocument)

/** Commands as the help of the program names them: lines of two spaces below `Commands:`. */
async function commandsOfHelp(): Promise<string[]> {
  const { out } = await zvirka(['--help'])
  const [, list = ''] = out.split('Commands:')
  return [...list.matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name = '']) => name)
}

/** Commands of the table: rows that begin with `zvirka …`. */
function commandsOfTable(text: string): string[] {
  return tableRows(text).flatMap(([first = '']) => /^`zvirka ([a-z]+)/.exec(first)?.[1] ?? [])
}

/** What is typed after `npx zvirka` or `npm start --` in the blocks of shell commands, word by word. */
function typedIn(text: string): string[][] {
  return shellLines(text)
    .map((line) => line.replace(/^npm start --/, 'npx zvirka start'))
    .filter((line) => line.startsWith('npx zvirka '))
    .map((line) => line.split(/\s+/).slice(2))
}

describe.each(readmes)('$path', ({ text }) => {
  test('has each command of `zvirka --help` in its table, and no other', async () => {
    const commands = await commandsOfHelp()
    expect(commands.length).toBeGreaterThan(5)
    expect(commandsOfTable(text).toSorted()).toEqual(commands.toSorted())
  })

  test('types nothing that the program does not know', async () => {
    const typed = typedIn(text)
    expect(typed.length).toBeGreaterThan(5)
    for (const [name = '', ...words] of typed) {
      const program = await createProgram([name])
      let command = program.commands.find((each) => each.name() === name)
      expect(command, `zvirka ${name}`).toBeDefined()
      command = command?.commands.find((below) => below.name() === words[0]) ?? command
      const known = command?.options.map(({ long }) => long)
      for (const word of words.filter((each) => each.startsWith('--'))) expect(known, `zvirka ${name}`).toContain(word)
    }
  })
})

test('both READMEs show the same commands', () => {
  const [english, ukrainian] = readmes.map(({ text }) => shellLines(text))
  expect(ukrainian).toEqual(english)
})
