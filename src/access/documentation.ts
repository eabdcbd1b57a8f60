/** The tables of docs/access.md, generated from the matrix; a test compares the document with them. */
import { CLIENT_TYPES, ROLES } from './matrix.ts'
import { ROLELESS_SCOPES, SCOPES, type Scope } from './scopes.ts'

/** All tables. */
export function accessTables(): string {
  return [
    '### Scopes',
    '',
    '| scope | allows to |',
    '|---|---|',
    ...Object.entries(SCOPES).map(([scope, words]) => `| \`${scope}\` | ${words} |`),
    '',
    '### Client types: the upper limit for a client',
    '',
    ...grid(CLIENT_TYPES),
    '',
    '### Roles: what a user may do in a client, within the limit of its type',
    '',
    ...grid(ROLES),
    '',
    `Without any role: ${ROLELESS_SCOPES.map((scope) => `\`${scope}\``).join(', ')}.`,
  ].join('\n')
}

function grid(matrix: Readonly<Record<string, readonly Scope[]>>): string[] {
  const names = Object.keys(matrix)
  const scopes = Object.keys(SCOPES) as Scope[]
  return [
    `| scope | ${names.join(' | ')} |`,
    `|---|${names.map(() => ':-:|').join('')}`,
    ...scopes
      .filter((scope) => names.some((name) => matrix[name]?.includes(scope)))
      .map(
        (scope) => `| \`${scope}\` | ${names.map((name) => (matrix[name]?.includes(scope) ? '●' : '')).join(' | ')} |`,
      ),
  ]
}
