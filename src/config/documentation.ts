import { declaration } from './declaration.ts'
import { type Setting, settingsOf } from './setting.ts'
import { tracingDeclaration } from './tracing.ts'

type Group = keyof typeof declaration

const sections: readonly (readonly [title: string, ...groups: Group[]])[] = [
  ['Database, keys and addresses', 'database', 'encryption', 'http'],
  ['API and access', 'api', 'oidc'],
  ['Mail', 'mail'],
  ['Log, system user, time zone', 'log', 'systemUserId', 'timeZone'],
  ['Workers and runs', 'worker', 'keep', 'unzrInfo'],
  ['Employee requests', 'employeeRequests', 'signatures'],
  ['Processes', 'processes', 'drfo', 'dracsDeath'],
  ['Trembita', 'trembita'],
]

/** Generates the tables of docs/configuration.md from the declaration. A test compares the document with them. */
export function settingsTables(): string {
  const tables = sections.map(([title, ...groups]) =>
    table(
      title,
      groups.flatMap((group) => settingsOf(declaration[group])),
    ),
  )
  return [...tables, table('Traces', settingsOf(tracingDeclaration))].join('\n\n')
}

function table(title: string, settings: readonly Setting<unknown>[]): string {
  return [`### ${title}`, '', head, ...settings.map(row)].join('\n')
}

const head = '| name | value | default | what it decides |\n|---|---|---|---|'

function row({ name, parser, fallback, description, isSecret }: Setting<unknown>): string {
  const kind = isSecret ? `${parser.kind} (secret: never printed)` : parser.kind
  const words = typeof fallback === 'object' ? fallback.words : fallback
  return `| \`${name}\` | ${kind} | ${words === undefined ? 'none' : `\`${words}\``} | ${description} |`
}
