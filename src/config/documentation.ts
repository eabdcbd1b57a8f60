import { declaration } from './declaration.ts'
import { type Setting, settingsOf } from './setting.ts'

type Group = keyof typeof declaration

const sections: readonly (readonly [title: string, ...groups: Group[]])[] = [
  ['Database and addresses', 'database', 'http'],
  ['Log, system user, time zone', 'log', 'systemUserId', 'timeZone'],
  ['Workers and runs', 'worker', 'keep'],
  ['Processes', 'processes'],
  ['Trembita', 'trembita'],
]

/** The tables of docs/configuration.md, made from the code; a test holds the document to them. */
export function settingsTables(): string {
  return sections
    .map(([title, ...groups]) => {
      const rows = groups.flatMap((group) => settingsOf(declaration[group]).map(row))
      return [`### ${title}`, '', head, ...rows].join('\n')
    })
    .join('\n\n')
}

const head = '| name | value | default | what it decides |\n|---|---|---|---|'

function row({ name, parser, fallback, description, isSecret }: Setting<unknown>): string {
  const kind = isSecret ? `${parser.kind} (secret: never printed)` : parser.kind
  const words = typeof fallback === 'object' ? fallback.words : fallback
  return `| \`${name}\` | ${kind} | ${words === undefined ? 'none' : `\`${words}\``} | ${description} |`
}
