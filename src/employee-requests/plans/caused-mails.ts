/** Counts the mails that requests cause. A recipient is stored as a digest. */
import type { Query } from '../../database/query.ts'
import type { MailLimits } from '../policy.ts'

/** Serialises transactions that cause a mail for the same legal entity or recipient. Always called in this order. */
export function holdMails(legalEntityId: string, recipient: Buffer): Query {
  return {
    text: `select pg_advisory_xact_lock(hashtextextended('caused mails of ' || $1::text, 0)),
                  pg_advisory_xact_lock(hashtextextended('caused mails to ' || encode($2::bytea, 'hex'), 0))`,
    values: [legalEntityId, recipient],
  }
}

/** If a limit is reached, the seconds to wait, for each limit; null: no wait. */
export function findMailWait(legalEntityId: string, recipient: Buffer, limits: MailLimits): Query {
  const wait = (column: string, span: string, limit: string) => `
       (select ceil(extract(epoch from at + interval '${span}' - clock_timestamp()))::int from il.caused_mails
         where ${column} and at > clock_timestamp() - interval '${span}' order by at desc offset ${limit}::int - 1 limit 1)`
  return {
    text: `select ${wait('recipient = $2', '1 day', '$4')} as recipient, ${wait('legal_entity_id = $1', '1 hour', '$3')} as legal_entity`,
    values: [legalEntityId, recipient, limits.perLegalEntity, limits.perRecipient],
  }
}

/** Stores that a mail was caused. */
export function keepCausedMail(legalEntityId: string, recipient: Buffer): Query {
  return {
    text: 'insert into il.caused_mails (legal_entity_id, recipient) values ($1, $2)',
    values: [legalEntityId, recipient],
  }
}
