/** The tables of docs/access.md, made from the matrix; a test holds the document to them. */
import { CLIENT_TYPES, ROLES } from './matrix.ts'
import { ROLELESS_SCOPES, SCOPES, type Scope } from './scopes.ts'

/** All of them. */
export function accessTables(): string {
  return [
    '### Scopes',
    '',
    '| scope | allows to |',
    '|---|---|',
    ...Object.entries(SCOPES).map(([scope, words]) => `| \`${scope}\` | ${words} |`),
    '',
    '### Client types: what a client may do at most',
    '',
    ...grid(CLIENT_TYPES),
    '',
    '### Roles: what a user may do in a client, where its type allows it as well',
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
