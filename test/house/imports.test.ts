import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findCycle, type Import, readImports, repository } from '../support/imports.ts'

/**
 * What each part may import besides itself. Rules import nothing else; services know no eHealth rules; features import services and rules;
 * the command line wires them all. A new part needs a line here.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/privacy': [],
  'src/verification': ['src/privacy'],
  'src/dictionaries': [],

  'src/config': ['src/privacy', 'src/observability', 'src/messages'],
  'src/observability': ['src/privacy'],
  'src/database': ['src/privacy', 'src/observability', 'src/messages'],
  'src/trembita': ['src/privacy', 'src/observability', 'src/messages'],
  'src/listing': ['src/database'],
  'src/events': ['src/privacy', 'src/database', 'src/observability', 'src/listing'],
  'src/global-parameters': ['src/database'],

  'src/schedule': ['src/database'],
  'src/encryption': ['src/database', 'src/observability', 'src/messages'],

  'src/registries': ['src/privacy', 'src/verification', 'src/trembita', 'src/database', 'src/observability'],
  'src/verification-store': ['src/privacy', 'src/verification', 'src/database', 'src/events'],
  'src/streams': [
    'src/verification',
    'src/verification-store',
    'src/messages',
    'src/trembita',
    'src/registries',
    'src/death-acts',
    'src/global-parameters',
    'src/database',
  ],
  'src/people-reading': ['src/verification', 'src/verification-store', 'src/database', 'src/listing'],
  'src/decisions': ['src/verification', 'src/verification-store', 'src/death-acts', 'src/database'],
  'src/death-acts': ['src/verification', 'src/verification-store', 'src/database', 'src/listing'],
  'src/erasure': ['src/verification', 'src/verification-store', 'src/streams', 'src/database', 'src/audit'],
  'src/records': ['src/privacy', 'src/verification', 'src/database'],
  'src/imports': [
    'src/privacy',
    'src/verification',
    'src/dictionaries',
    'src/records',
    'src/verification-store',
    'src/database',
  ],
  'src/messages': [],
  'src/synchronization': [
    'src/messages',
    'src/schedule',
    'src/privacy',
    'src/verification',
    'src/verification-store',
    'src/streams',
    'src/database',
    // Pruning its records is audited.
    'src/audit',
    'src/events',
    'src/listing',
    'src/observability',
  ],
  'src/access': ['src/privacy', 'src/database', 'src/audit', 'src/encryption'],
  'src/audit': ['src/privacy', 'src/database', 'src/listing'],
  'src/jobs': ['src/privacy', 'src/database', 'src/observability', 'src/listing', 'src/messages'],
  'src/unzr-info': [
    'src/encryption',
    'src/privacy',
    'src/verification',
    'src/registries',
    'src/database',
    'src/jobs',
    'src/observability',
    'src/listing',
  ],
  'src/mail': ['src/observability'],
  'src/signatures': [],
  'src/employee-requests': [
    'src/messages',
    'src/schedule',
    'src/dictionaries',
    'src/privacy',
    'src/verification',
    'src/verification-store',
    'src/database',
    'src/access',
    'src/audit',
    'src/jobs',
    'src/mail',
    'src/signatures',
    'src/global-parameters',
    'src/listing',
    'src/observability',
  ],
  'src/api': [
    'src/messages',
    'src/signatures',
    'src/encryption',
    'src/schedule',
    'src/dictionaries',
    'src/employee-requests',
    'src/privacy',
    'src/verification',
    'src/verification-store',
    'src/observability',
    'src/database',
    'src/events',
    'src/access',
    'src/audit',
    'src/jobs',
    'src/unzr-info',
    'src/death-acts',
    'src/people-reading',
    'src/decisions',
    'src/imports',
    'src/synchronization',
    'src/listing',
    'src/global-parameters',
  ],
  'src/doctor': ['src/messages', 'src/privacy', 'src/database', 'src/trembita', 'src/encryption', 'src/jobs'],

  'src/cli': [
    'src/messages',
    'src/signatures',
    'src/encryption',
    'src/schedule',
    'src/employee-requests',
    'src/mail',
    'src/privacy',
    'src/verification',
    'src/verification-store',
    'src/config',
    'src/observability',
    'src/database',
    'src/trembita',
    'src/events',
    'src/registries',
    'src/records',
    'src/imports',
    'src/streams',
    'src/erasure',
    'src/death-acts',
    'src/synchronization',
    'src/access',
    'src/audit',
    'src/jobs',
    'src/unzr-info',
    'src/global-parameters',
    'src/api',
    'src/doctor',
  ],
  'src/main.ts': ['src/cli'],
  // Of the registries the types alone (below): it answers from its own knowledge of the services.
  simulator: ['src/trembita', 'src/registries'],
  // Made-up people and their users. The production image comes without both, and loads them only if they exist.
  demo: [
    'simulator',
    'src/cli',
    'src/access',
    'src/config',
    'src/database',
    'src/death-acts',
    'src/imports',
    'src/observability',
    'src/privacy',
    'src/records',
    'src/trembita',
    'src/verification',
  ],
}

/** The part that a file belongs to: `src/<folder>`, `src/main.ts`, `simulator` or `demo`. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/')
  return top === 'src' ? `${top}/${second}` : top
}

const imports = await readImports('src', 'demo', 'simulator')
const ours = imports.filter(({ isOurs }) => isOurs)

function told({ file, target }: Import): string {
  return `${file} imports ${target}`
}

describe('the folders of the source', () => {
  test('have no forbidden imports', () => {
    const wrong = ours.filter(({ file, target }) => {
      const [from, to] = [partOf(file), partOf(target)]
      return from !== to && !allowed[from]?.includes(to)
    })
    expect(wrong.map(told)).toEqual([])
  })

  test('use the demo, the generator and the simulator in one file only, which checks whether they exist', async () => {
    const inside = ours.filter(({ file, target }) => file.startsWith('src/') && /^(demo|simulator)\b/.test(target))
    expect(inside.map(told)).toEqual([])
    const files = (await readdir(join(repository, 'src'), { recursive: true })).filter((name) => name.endsWith('.ts'))
    const computed: string[] = []
    for (const name of files) {
      const text = await readFile(join(repository, 'src', name), 'utf8')
      if (/\bimport\((?!')/.test(text) || /['"`/](demo|simulator)\/(?!mails)/.test(text)) computed.push(name)
    }
    expect(computed).toEqual(['cli/demo.ts'])
  })

  test('share no code between the simulator and the client of the registries, only types', async () => {
    const importing = ours.filter(
      ({ file, target }) => partOf(file) === 'simulator' && partOf(target) === 'src/registries',
    )
    expect(importing.length).toBeGreaterThan(0)
    for (const { file } of importing) {
      const text = await readFile(join(repository, file), 'utf8')
      expect(text).not.toMatch(/^import (?!type ).*src\/registries/m)
    }
  })

  test('have no import cycle', () => {
    expect(findCycle(ours)).toBeUndefined()
  })

  test('have no import of main.ts', () => {
    expect(ours.filter(({ target }) => target === 'src/main.ts').map(told)).toEqual([])
  })

  test('keep the rules free of input and output: they import no package and no Node module', () => {
    const outside = imports.filter(({ file, isOurs }) => partOf(file) === 'src/verification' && !isOurs)
    expect(outside.map(told)).toEqual([])
  })

  test('were read completely: imports are found, and each resolves to a file', () => {
    expect(ours.length).toBeGreaterThan(100)
    expect(ours.filter(({ target }) => !existsSync(join(repository, target))).map(told)).toEqual([])
  })
})

describe('the search for cycles', () => {
  const edge = (file: string, target: string): Import => ({ file, target, isOurs: true })

  test('finds one through several files', () => {
    expect(findCycle([edge('a', 'b'), edge('a', 'x'), edge('b', 'c'), edge('c', 'b')])).toEqual(['b', 'c', 'b'])
  })

  test('does not report two paths to one file', () => {
    expect(findCycle([edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')])).toBeUndefined()
  })
})
