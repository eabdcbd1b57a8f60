/** Confirming that an account of the OpenID provider belongs to a user: otherwise anybody with an administrator's e-mail there would be an administrator here. */
import type { Database } from '../database/database.ts'
import {
  type Administered,
  type Administrator,
  administrationRefused,
  done,
  record,
  refusable,
  userOf,
} from './administering.ts'
import { findLinks, linkUser } from './plans/oidc.ts'

/** Links the waiting account to the user; `subject` selects one of several. */
export function confirmLink(
  database: Database,
  email: string,
  subject: string | undefined,
  by: Administrator,
): Promise<Administered<{ readonly subject: string }>> {
  return refusable(database, async (tx) => {
    const user = await userOf(tx, email)
    if (user.kind === 'refused') return user
    const waiting = await tx.query<{ subject: string }>(findLinks(user.value.id))
    const [chosen, ...others] = waiting.filter((each) => subject === undefined || each.subject === subject)
    if (chosen === undefined) {
      return administrationRefused(
        'no such account of the OpenID provider waits to be linked',
        'somebody signs in with it first',
      )
    }
    if (others.length > 0) {
      const names = waiting.map((each) => each.subject).join(', ')
      return administrationRefused(
        'several accounts wait to be linked to this user',
        `say which, with --subject: ${names}`,
      )
    }
    if ((await tx.query(linkUser(user.value.id, chosen.subject))).length === 0)
      return administrationRefused('the user has an account of the OpenID provider already')
    await record(tx, by, { operation: 'user link', subjectKind: 'user', subjectId: user.value.id })
    return done({ subject: chosen.subject })
  })
}
